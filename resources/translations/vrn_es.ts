<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="es" sourcelanguage="en">
<context>
    <name>About</name>
    <message>
        <source>One photo of a face in, one 3-D mesh out, by a Volumetric Regression Network.</source>
        <translation>De una foto de una cara a una malla 3D, mediante una red de regresión volumétrica.</translation>
    </message>
    <message>
        <source>Everything happens on this computer; no photo leaves it.</source>
        <translation>Todo se hace en este equipo; ninguna foto sale de él.</translation>
    </message>
    <message>
        <source>After “Large Pose 3D Face Reconstruction from a Single Image via Direct Volumetric CNN Regression” by Jackson, Bulat, Argyriou and Tzimiropoulos, ICCV 2017; written and trained anew. MIT license.</source>
        <translation>Según «Large Pose 3D Face Reconstruction from a Single Image via Direct Volumetric CNN Regression», de Jackson, Bulat, Argyriou y Tzimiropoulos, ICCV 2017; programado y entrenado de nuevo. Licencia MIT.</translation>
    </message>
</context>
<context>
    <name>Actions</name>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Hold the photos that wait; the one in work ends</source>
        <translation>Retener las fotos en espera; la que está en curso se termina</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Go on with the photos that wait</source>
        <translation>Continuar con las fotos en espera</translation>
    </message>
    <message>
        <source>About VRN Studio</source>
        <translation>Acerca de VRN Studio</translation>
    </message>
    <message>
        <source>Fuse Photos</source>
        <translation>Fusionar fotos</translation>
    </message>
    <message>
        <source>Keyboard Shortcuts</source>
        <translation>Atajos de teclado</translation>
    </message>
    <message>
        <source>Open Photos…</source>
        <translation>Abrir fotos…</translation>
    </message>
    <message>
        <source>Choose photos to reconstruct</source>
        <translation>Elegir las fotos que se reconstruirán</translation>
    </message>
    <message>
        <source>Open Folder…</source>
        <translation>Abrir carpeta…</translation>
    </message>
    <message>
        <source>Add a folder of photos</source>
        <translation>Añadir una carpeta de fotos</translation>
    </message>
    <message>
        <source>New Project</source>
        <translation>Proyecto nuevo</translation>
    </message>
    <message>
        <source>Begin with an empty list of photos</source>
        <translation>Empezar con una lista de fotos vacía</translation>
    </message>
    <message>
        <source>Open Project…</source>
        <translation>Abrir proyecto…</translation>
    </message>
    <message>
        <source>Open photos and meshes you saved</source>
        <translation>Abrir fotos y mallas guardadas</translation>
    </message>
    <message>
        <source>Save Project</source>
        <translation>Guardar proyecto</translation>
    </message>
    <message>
        <source>Save photos, faces and meshes as a project</source>
        <translation>Guardar fotos, caras y mallas como proyecto</translation>
    </message>
    <message>
        <source>Save Project As…</source>
        <translation>Guardar proyecto como…</translation>
    </message>
    <message>
        <source>Save the project to another file</source>
        <translation>Guardar el proyecto en otro archivo</translation>
    </message>
    <message>
        <source>Pack Photos into the Project</source>
        <translation>Incluir las fotos en el proyecto</translation>
    </message>
    <message>
        <source>Put the photos themselves into the file when you save, to take it elsewhere</source>
        <translation>Al guardar, incluir las propias fotos en el archivo para llevarlo a otro sitio</translation>
    </message>
    <message>
        <source>Find Missing Photos…</source>
        <translation>Buscar fotos que faltan…</translation>
    </message>
    <message>
        <source>Look in another folder for photos that are not where the project says</source>
        <translation>Buscar en otra carpeta las fotos que no están donde dice el proyecto</translation>
    </message>
    <message>
        <source>Paste Photo</source>
        <translation>Pegar foto</translation>
    </message>
    <message>
        <source>Add the image or files you copied</source>
        <translation>Añadir la imagen o los archivos copiados</translation>
    </message>
    <message>
        <source>Open the Sample Photo</source>
        <translation>Abrir la foto de ejemplo</translation>
    </message>
    <message>
        <source>See what the program does with a photo of ours</source>
        <translation>Ver qué hace el programa con una foto nuestra</translation>
    </message>
    <message>
        <source>Remove from List</source>
        <translation>Quitar de la lista</translation>
    </message>
    <message>
        <source>Take this photo off the list</source>
        <translation>Quitar esta foto de la lista</translation>
    </message>
    <message>
        <source>Try Again</source>
        <translation>Reintentar</translation>
    </message>
    <message>
        <source>Reconstruct this photo again</source>
        <translation>Reconstruir esta foto de nuevo</translation>
    </message>
    <message>
        <source>Make one better mesh of the photos of one person that are marked in the list</source>
        <translation>Crear una sola malla mejor con las fotos de una misma persona marcadas en la lista</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Stop the work on all photos</source>
        <translation>Detener el trabajo en todas las fotos</translation>
    </message>
    <message>
        <source>Let the photo in work end, and hold those that wait</source>
        <translation>Terminar la foto en curso y retener las que esperan</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportar…</translation>
    </message>
    <message>
        <source>Export this face for Blender, Unreal, a printer or the web: with texture, clean quads, formats and a preview</source>
        <translation>Exportar esta cara para Blender, Unreal, una impresora o la web: con textura, cuadriláteros limpios, formatos y vista previa</translation>
    </message>
    <message>
        <source>Export Again</source>
        <translation>Exportar de nuevo</translation>
    </message>
    <message>
        <source>Export this face at once, as chosen the last time and to the same folder; nothing is replaced</source>
        <translation>Exportar esta cara enseguida, como se eligió la última vez y en la misma carpeta; no se reemplaza nada</translation>
    </message>
    <message>
        <source>Export as Shown…</source>
        <translation>Exportar como se ve…</translation>
    </message>
    <message>
        <source>Save this face&apos;s mesh as it is shown to a file, with colors but no texture</source>
        <translation>Guardar en un archivo la malla de esta cara como se ve, con colores pero sin textura</translation>
    </message>
    <message>
        <source>Export All Meshes…</source>
        <translation>Exportar todas las mallas…</translation>
    </message>
    <message>
        <source>Save the meshes of all faces of all photos to a folder</source>
        <translation>Guardar en una carpeta las mallas de todas las caras de todas las fotos</translation>
    </message>
    <message>
        <source>Save Picture…</source>
        <translation>Guardar imagen…</translation>
    </message>
    <message>
        <source>Save what the 3-D view shows as an image</source>
        <translation>Guardar como imagen lo que muestra la vista 3D</translation>
    </message>
    <message>
        <source>Copy Picture</source>
        <translation>Copiar imagen</translation>
    </message>
    <message>
        <source>Copy what the 3-D view shows</source>
        <translation>Copiar lo que muestra la vista 3D</translation>
    </message>
    <message>
        <source>Save Turntable Video…</source>
        <translation>Guardar vídeo giratorio…</translation>
    </message>
    <message>
        <source>Save a video of the mesh going round once</source>
        <translation>Guardar un vídeo de la malla dando una vuelta</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Salir</translation>
    </message>
    <message>
        <source>Close VRN Studio</source>
        <translation>Cerrar VRN Studio</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Deshacer</translation>
    </message>
    <message>
        <source>Take the last change back</source>
        <translation>Anular el último cambio</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Rehacer</translation>
    </message>
    <message>
        <source>Do again what was taken back</source>
        <translation>Repetir lo que se deshizo</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>Preferencias…</translation>
    </message>
    <message>
        <source>Choose language, network, device, sizes and formats</source>
        <translation>Elegir idioma, red, dispositivo, medidas y formatos</translation>
    </message>
    <message>
        <source>Live Camera</source>
        <translation>Cámara en directo</translation>
    </message>
    <message>
        <source>Look through a camera or play a video</source>
        <translation>Mirar por una cámara o reproducir un vídeo</translation>
    </message>
    <message>
        <source>Play Video…</source>
        <translation>Reproducir vídeo…</translation>
    </message>
    <message>
        <source>Let the mesh follow the face in a video</source>
        <translation>Hacer que la malla siga la cara de un vídeo</translation>
    </message>
    <message>
        <source>Freeze</source>
        <translation>Congelar</translation>
    </message>
    <message>
        <source>Keep the live picture as it is</source>
        <translation>Dejar fija la imagen en directo</translation>
    </message>
    <message>
        <source>Capture</source>
        <translation>Capturar</translation>
    </message>
    <message>
        <source>Add the live picture to the list of photos</source>
        <translation>Añadir la imagen en directo a la lista de fotos</translation>
    </message>
    <message>
        <source>Next Photo</source>
        <translation>Foto siguiente</translation>
    </message>
    <message>
        <source>Go down the list</source>
        <translation>Bajar por la lista</translation>
    </message>
    <message>
        <source>Previous Photo</source>
        <translation>Foto anterior</translation>
    </message>
    <message>
        <source>Go up the list</source>
        <translation>Subir por la lista</translation>
    </message>
    <message>
        <source>Next Face</source>
        <translation>Cara siguiente</translation>
    </message>
    <message>
        <source>Go to the next face in this photo</source>
        <translation>Ir a la cara siguiente de esta foto</translation>
    </message>
    <message>
        <source>Previous Face</source>
        <translation>Cara anterior</translation>
    </message>
    <message>
        <source>Go to the face before</source>
        <translation>Ir a la cara anterior</translation>
    </message>
    <message>
        <source>Zoom In</source>
        <translation>Acercar</translation>
    </message>
    <message>
        <source>Show the photo larger</source>
        <translation>Mostrar la foto más grande</translation>
    </message>
    <message>
        <source>Zoom Out</source>
        <translation>Alejar</translation>
    </message>
    <message>
        <source>Show the photo smaller</source>
        <translation>Mostrar la foto más pequeña</translation>
    </message>
    <message>
        <source>Fit Photo</source>
        <translation>Ajustar foto</translation>
    </message>
    <message>
        <source>Show the whole photo</source>
        <translation>Mostrar la foto entera</translation>
    </message>
    <message>
        <source>Actual Pixels</source>
        <translation>Píxeles reales</translation>
    </message>
    <message>
        <source>Show the photo pixel by pixel</source>
        <translation>Mostrar la foto píxel a píxel</translation>
    </message>
    <message>
        <source>Face Boxes</source>
        <translation>Recuadros de caras</translation>
    </message>
    <message>
        <source>Show the boxes of the faces</source>
        <translation>Mostrar los recuadros de las caras</translation>
    </message>
    <message>
        <source>Landmarks</source>
        <translation>Puntos faciales</translation>
    </message>
    <message>
        <source>Show the 68 landmarks</source>
        <translation>Mostrar los 68 puntos faciales</translation>
    </message>
    <message>
        <source>Draw a Face Box</source>
        <translation>Dibujar un recuadro</translation>
    </message>
    <message>
        <source>Draw a box round a face that was missed or misread, by the mouse or by arrows and Enter</source>
        <translation>Dibujar un recuadro alrededor de una cara que no se vio o se interpretó mal, con el ratón o con las flechas e Intro</translation>
    </message>
    <message>
        <source>Correct Landmarks</source>
        <translation>Corregir puntos</translation>
    </message>
    <message>
        <source>Drag landmarks to where they belong; with Shift a whole brow, eye, nose, mouth or jaw; or choose them by comma and period and move them by the arrows</source>
        <translation>Arrastrar los puntos a su sitio; con Mayús, una ceja, un ojo, la nariz, la boca o la mandíbula enteros; o elegirlos con la coma y el punto y moverlos con las flechas</translation>
    </message>
    <message>
        <source>Shaded</source>
        <translation>Sombreado</translation>
    </message>
    <message>
        <source>Show the bare shape of the mesh</source>
        <translation>Mostrar solo la forma de la malla</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Paint the mesh with the colors of the photo</source>
        <translation>Pintar la malla con los colores de la foto</translation>
    </message>
    <message>
        <source>Wireframe</source>
        <translation>Alambre</translation>
    </message>
    <message>
        <source>Show the edges of the triangles on the shape</source>
        <translation>Mostrar las aristas de los triángulos sobre la forma</translation>
    </message>
    <message>
        <source>Normals</source>
        <translation>Normales</translation>
    </message>
    <message>
        <source>Paint the mesh by the direction its surface faces</source>
        <translation>Pintar la malla según la dirección a la que mira su superficie</translation>
    </message>
    <message>
        <source>Confidence</source>
        <translation>Confianza</translation>
    </message>
    <message>
        <source>Show what the photo showed and what was guessed</source>
        <translation>Mostrar qué se veía en la foto y qué se ha supuesto</translation>
    </message>
    <message>
        <source>Adjust Surface</source>
        <translation>Ajustar superficie</translation>
    </message>
    <message>
        <source>Show sliders for iso level, smoothing and triangles</source>
        <translation>Mostrar los controles de nivel iso, suavizado y triángulos</translation>
    </message>
    <message>
        <source>Reset Surface</source>
        <translation>Restablecer superficie</translation>
    </message>
    <message>
        <source>Set iso level, smoothing and triangles back</source>
        <translation>Restablecer nivel iso, suavizado y triángulos</translation>
    </message>
    <message>
        <source>Studio Light</source>
        <translation>Luz de estudio</translation>
    </message>
    <message>
        <source>Light the mesh by a key, a fill and a rim</source>
        <translation>Iluminar la malla con luz principal, de relleno y de contorno</translation>
    </message>
    <message>
        <source>Soft Light</source>
        <translation>Luz suave</translation>
    </message>
    <message>
        <source>Light the mesh evenly</source>
        <translation>Iluminar la malla por igual</translation>
    </message>
    <message>
        <source>Light from the Side</source>
        <translation>Luz lateral</translation>
    </message>
    <message>
        <source>Let every bump throw a shadow</source>
        <translation>Hacer que cada relieve dé sombra</translation>
    </message>
    <message>
        <source>Light from Above</source>
        <translation>Luz cenital</translation>
    </message>
    <message>
        <source>Light the mesh as from a ceiling</source>
        <translation>Iluminar la malla como desde el techo</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>Medir</translation>
    </message>
    <message>
        <source>Click two points on the mesh for the distance between them</source>
        <translation>Hacer clic en dos puntos de la malla para ver la distancia entre ellos</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>Comparar</translation>
    </message>
    <message>
        <source>Show another photo&apos;s mesh, or another network&apos;s, beside this one</source>
        <translation>Mostrar junto a esta malla la de otra foto o la de otra red</translation>
    </message>
    <message>
        <source>Differences</source>
        <translation>Diferencias</translation>
    </message>
    <message>
        <source>Paint the mesh on the right by its distance from the one on the left</source>
        <translation>Pintar la malla de la derecha según su distancia a la de la izquierda</translation>
    </message>
    <message>
        <source>On the Photo</source>
        <translation>Sobre la foto</translation>
    </message>
    <message>
        <source>Look at the mesh as the camera did, with the photo behind it</source>
        <translation>Ver la malla como la vio la cámara, con la foto detrás</translation>
    </message>
    <message>
        <source>From the Front</source>
        <translation>De frente</translation>
    </message>
    <message>
        <source>Look at the face from the front</source>
        <translation>Ver la cara de frente</translation>
    </message>
    <message>
        <source>Three-Quarter</source>
        <translation>Tres cuartos</translation>
    </message>
    <message>
        <source>Look at the face half from the side</source>
        <translation>Ver la cara medio de lado</translation>
    </message>
    <message>
        <source>From the Left</source>
        <translation>Desde la izquierda</translation>
    </message>
    <message>
        <source>Look at the face from the left</source>
        <translation>Ver la cara desde la izquierda</translation>
    </message>
    <message>
        <source>From the Right</source>
        <translation>Desde la derecha</translation>
    </message>
    <message>
        <source>Look at the face from the right</source>
        <translation>Ver la cara desde la derecha</translation>
    </message>
    <message>
        <source>From Above</source>
        <translation>Desde arriba</translation>
    </message>
    <message>
        <source>Look at the face from above</source>
        <translation>Ver la cara desde arriba</translation>
    </message>
    <message>
        <source>Reset View</source>
        <translation>Restablecer vista</translation>
    </message>
    <message>
        <source>Show the whole face from the front</source>
        <translation>Mostrar la cara entera de frente</translation>
    </message>
    <message>
        <source>Photo List</source>
        <translation>Lista de fotos</translation>
    </message>
    <message>
        <source>Show or hide the list of photos</source>
        <translation>Mostrar u ocultar la lista de fotos</translation>
    </message>
    <message>
        <source>Show or hide the photo</source>
        <translation>Mostrar u ocultar la foto</translation>
    </message>
    <message>
        <source>Float Photo List</source>
        <translation>Separar la lista de fotos</translation>
    </message>
    <message>
        <source>Put the list of photos into a window of its own</source>
        <translation>Poner la lista de fotos en una ventana propia</translation>
    </message>
    <message>
        <source>Float Photo</source>
        <translation>Separar la foto</translation>
    </message>
    <message>
        <source>Put the photo into a window of its own</source>
        <translation>Poner la foto en una ventana propia</translation>
    </message>
    <message>
        <source>Reset Layout</source>
        <translation>Restablecer paneles</translation>
    </message>
    <message>
        <source>Put every panel back to its place</source>
        <translation>Devolver cada panel a su sitio</translation>
    </message>
    <message>
        <source>Like the System</source>
        <translation>Como el sistema</translation>
    </message>
    <message>
        <source>Light or dark like the system</source>
        <translation>Claro u oscuro como el sistema</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Claro</translation>
    </message>
    <message>
        <source>A light window</source>
        <translation>Una ventana clara</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Oscuro</translation>
    </message>
    <message>
        <source>A dark window</source>
        <translation>Una ventana oscura</translation>
    </message>
    <message>
        <source>Trainings</source>
        <translation>Entrenamientos</translation>
    </message>
    <message>
        <source>See how the trainings of networks go; pause and resume them</source>
        <translation>Ver cómo van los entrenamientos de redes; pausarlos y reanudarlos</translation>
    </message>
    <message>
        <source>Fine-tune a Network…</source>
        <translation>Afinar una red…</translation>
    </message>
    <message>
        <source>Better a network on your own photos and scans of faces</source>
        <translation>Mejorar una red con sus propias fotos y escaneos de caras</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>Modelos…</translation>
    </message>
    <message>
        <source>Your own models beside those that ship: add, name, choose and delete them</source>
        <translation>Sus propios modelos junto a los que vienen con el programa: añadirlos, nombrarlos, elegirlos y eliminarlos</translation>
    </message>
    <message>
        <source>What can be done, page by page, in pictures</source>
        <translation>Qué se puede hacer, página a página, con imágenes</translation>
    </message>
    <message>
        <source>All keys on one sheet</source>
        <translation>Todas las teclas en una hoja</translation>
    </message>
    <message>
        <source>Version and licenses</source>
        <translation>Versión y licencias</translation>
    </message>
    <message>
        <source>User&apos;s Guide</source>
        <translation>Guía de uso</translation>
    </message>
</context>
<context>
    <name>Activity</name>
    <message>
        <source>The GPU is out of memory: going on with the CPU, more slowly. To try the GPU again, close other programs and confirm the preferences.</source>
        <translation>La GPU se quedó sin memoria: se continúa con la CPU, más despacio. Para volver a probar con la GPU, cierre otros programas y confirme las preferencias.</translation>
    </message>
    <message>
        <source>Recording the video…</source>
        <translation>Grabando el vídeo…</translation>
    </message>
</context>
<context>
    <name>AskProject</name>
    <message>
        <source>Open Project</source>
        <translation>Abrir proyecto</translation>
    </message>
    <message>
        <source>Save Project</source>
        <translation>Guardar proyecto</translation>
    </message>
    <message>
        <source>{name} is there already. Do you want to replace it?</source>
        <translation>{name} ya existe. ¿Quiere reemplazarlo?</translation>
    </message>
    <message>
        <source>Save your work as a project?</source>
        <translation>¿Guardar el trabajo como proyecto?</translation>
    </message>
    <message>
        <source>Save the changes to “{name}”?</source>
        <translation>¿Guardar los cambios de «{name}»?</translation>
    </message>
    <message>
        <source>Without saving, what you changed is lost.</source>
        <translation>Si no se guarda, los cambios se pierden.</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Guardar</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Cancelar</translation>
    </message>
    <message>
        <source>“{name}” is open in another window{where}.</source>
        <translation>«{name}» está abierto en otra ventana{where}.</translation>
    </message>
    <message>
        <source>You can open a copy and save it under another name.</source>
        <translation>Puede abrir una copia y guardarla con otro nombre.</translation>
    </message>
    <message>
        <source>Open a Copy</source>
        <translation>Abrir una copia</translation>
    </message>
    <message>
        <source>VRN Studio projects</source>
        <translation>Proyectos de VRN Studio</translation>
    </message>
</context>
<context>
    <name>Autosave</name>
    <message>
        <source>Your work cannot be backed up: {why}</source>
        <translation>No se puede hacer copia de seguridad del trabajo: {why}</translation>
    </message>
    <message>
        <source>VRN Studio was not closed properly.</source>
        <translation>VRN Studio no se cerró correctamente.</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>Recuperar</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>Descartar</translation>
    </message>
    <message>
        <source>Another window has restored this already</source>
        <translation>Otra ventana ya lo ha recuperado</translation>
    </message>
    <message>
        <source>Your work was restored</source>
        <translation>Se ha recuperado su trabajo</translation>
    </message>
    <message>
        <source>{photos} and {faces} were kept at {time}.</source>
        <translation>Se conservan {photos} y {faces} ({time}).</translation>
    </message>
    <message>
        <source>{photos} and {faces} of “{project}” were kept at {time}.</source>
        <translation>Se conservan {photos} y {faces} de «{project}» ({time}).</translation>
    </message>
</context>
<context>
    <name>Banner</name>
    <message>
        <source>News</source>
        <translation>Avisos</translation>
    </message>
</context>
<context>
    <name>CameraMode</name>
    <message>
        <source>The video is over</source>
        <translation>El vídeo ha terminado</translation>
    </message>
    <message>
        <source>Captured {number}</source>
        <translation>Captura {number}</translation>
    </message>
</context>
<context>
    <name>Cameras</name>
    <message>
        <source>Camera {number}</source>
        <translation>Cámara {number}</translation>
    </message>
</context>
<context>
    <name>Capture</name>
    <message>
        <source>The video cannot be played</source>
        <translation>No se puede reproducir el vídeo</translation>
    </message>
    <message>
        <source>{video} is no video that can be read here.</source>
        <translation>{video} no es un vídeo que se pueda leer aquí.</translation>
    </message>
    <message>
        <source>The camera cannot be opened</source>
        <translation>No se puede abrir la cámara</translation>
    </message>
    <message>
        <source>{camera} is missing, or another program uses it. Plug it in, close the other program, or choose another camera.</source>
        <translation>{camera} no está o la usa otro programa. Conéctela, cierre el otro programa o elija otra cámara.</translation>
    </message>
    <message>
        <source>{camera} is not plugged in. Plug it in, or choose a video file.</source>
        <translation>{camera} no está conectada. Conéctela o elija un archivo de vídeo.</translation>
    </message>
    <message>
        <source>This account may not use {camera}. Add it to the group “video” and log in again.</source>
        <translation>Esta cuenta no tiene permiso para usar {camera}. Añádala al grupo «video» y vuelva a iniciar sesión.</translation>
    </message>
    <message>
        <source>Another program uses {camera}. Close it, or choose another camera.</source>
        <translation>Otro programa está usando {camera}. Ciérrelo o elija otra cámara.</translation>
    </message>
    <message>
        <source>The camera is gone</source>
        <translation>La cámara ya no está</translation>
    </message>
    <message>
        <source>{camera} was unplugged. Plug it in and start again.</source>
        <translation>{camera} se desconectó. Conéctela y empiece de nuevo.</translation>
    </message>
</context>
<context>
    <name>Comparing</name>
    <message>
        <source>A second 3-D view cannot be shown here. Close other programs and try again.</source>
        <translation>Aquí no se puede mostrar una segunda vista 3D. Cierre otros programas e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>Nothing to compare</source>
        <translation>Nada que comparar</translation>
    </message>
    <message>
        <source>The selected photo has no mesh yet.</source>
        <translation>La foto seleccionada aún no tiene malla.</translation>
    </message>
    <message>
        <source>Nothing to compare with</source>
        <translation>Nada con que comparar</translation>
    </message>
    <message>
        <source>Add another photo; its face can be chosen here.</source>
        <translation>Añada otra foto; aquí podrá elegir su cara.</translation>
    </message>
    <message>
        <source>The photo that was compared is gone from the list</source>
        <translation>La foto que se comparaba ya no está en la lista</translation>
    </message>
    <message>
        <source>{distance} mm apart</source>
        <translation>a {distance} mm</translation>
    </message>
    <message>
        <source>Making the mesh by {network}</source>
        <translation>Creando la malla con {network}</translation>
    </message>
    <message>
        <source>Choose Try Again, or something else to compare with.</source>
        <translation>Elija Reintentar, u otra cosa con que comparar.</translation>
    </message>
    <message>
        <source>This face by {network}</source>
        <translation>Esta cara con {network}</translation>
    </message>
    <message>
        <source>{photo}, face {number}</source>
        <translation>{photo}, cara {number}</translation>
    </message>
    <message>
        <source>Stop making the other mesh</source>
        <translation>Dejar de crear la otra malla</translation>
    </message>
    <message>
        <source>Make the other mesh again</source>
        <translation>Crear la otra malla de nuevo</translation>
    </message>
    <message>
        <source>Compare with</source>
        <translation>Comparar con</translation>
    </message>
    <message>
        <source>What is compared with the selected face</source>
        <translation>Con qué se compara la cara seleccionada</translation>
    </message>
</context>
<context>
    <name>Core</name>
    <message>
        <source>cannot read the face model in {path}: {reason}; expected the folder of ICT-FaceKit as downloaded, with generic_neutral_mesh.obj in it or in its FaceXModel; or set VRN_DATA to the folder that holds ict_facekit</source>
        <translation>no se puede leer el modelo de cara de {path}: {reason}; se esperaba la carpeta de ICT-FaceKit tal como se descarga, con generic_neutral_mesh.obj en ella o en su FaceXModel; o que VRN_DATA nombre la carpeta que contiene ict_facekit</translation>
    </message>
    <message>
        <source>cannot read the face model&apos;s {path}: {reason}; download the whole of ICT-FaceKit again</source>
        <translation>no se puede leer {path} del modelo de cara: {reason}; descargue de nuevo ICT-FaceKit entero</translation>
    </message>
    <message>
        <source>{path} has {count} vertices; expected {expected}: download the present release of ICT-FaceKit</source>
        <translation>{path} tiene {count} vértices; se esperaban {expected}: descargue la versión actual de ICT-FaceKit</translation>
    </message>
    <message>
        <source>no face was found in this photo</source>
        <translation>no se encontró ninguna cara en esta foto</translation>
    </message>
    <message>
        <source>no face was found in the photo; try one in which a face is larger, brighter or less covered</source>
        <translation>no se encontró ninguna cara en la foto; pruebe con otra en la que la cara sea más grande, más clara o esté menos tapada</translation>
    </message>
    <message>
        <source>{path} is a folder; expected a photo</source>
        <translation>{path} es una carpeta; se esperaba una foto</translation>
    </message>
    <message>
        <source>{path} is not a file; expected a photo</source>
        <translation>{path} no es un archivo; se esperaba una foto</translation>
    </message>
    <message>
        <source>{name} is empty; expected a photo</source>
        <translation>{name} está vacío; se esperaba una foto</translation>
    </message>
    <message>
        <source>there is no photo {path}; check its name</source>
        <translation>no existe la foto {path}; compruebe el nombre</translation>
    </message>
    <message>
        <source>{path} cannot be opened: {reason}</source>
        <translation>{path} no se puede abrir: {reason}</translation>
    </message>
    <message>
        <source>{name} is not a photo that can be read; try JPEG or PNG</source>
        <translation>{name} no es una foto que se pueda leer; pruebe con JPEG o PNG</translation>
    </message>
    <message>
        <source>{name} is damaged and cannot be read: {reason}</source>
        <translation>{name} está dañado y no se puede leer: {reason}</translation>
    </message>
    <message>
        <source>{name} cannot be read: {reason}</source>
        <translation>{name} no se puede leer: {reason}</translation>
    </message>
    <message>
        <source>{name} claims {width} x {height} pixels; too many</source>
        <translation>{name} dice tener {width} × {height} píxeles; son demasiados</translation>
    </message>
    <message>
        <source>{name} has {found}; expected at most {most} megapixels: make it smaller</source>
        <translation>{name} tiene {found}; se admiten {most} megapíxeles como mucho: redúzcalo</translation>
    </message>
    <message>
        <source>too many pixels</source>
        <translation>demasiados píxeles</translation>
    </message>
    <message>
        <source>more pixels than memory</source>
        <translation>más píxeles de los que caben en la memoria</translation>
    </message>
    <message>
        <source>{width} × {height} pixels</source>
        <translation>{width} × {height} píxeles</translation>
    </message>
    <message>
        <source>{name} is only {size} pixels; expected at least {least_width} × {least_height}</source>
        <translation>{name} solo tiene {size} píxeles; se necesitan al menos {least_width} × {least_height}</translation>
    </message>
    <message>
        <source>the box at ({place}) of {size} pixels is not in the photo of {photo_size}; draw it round a face</source>
        <translation>el recuadro en ({place}) de {size} píxeles no está dentro de la foto de {photo_size}; dibújelo alrededor de una cara</translation>
    </message>
    <message>
        <source>there is no face detector {path}; install the program again</source>
        <translation>falta el detector de caras {path}; instale el programa de nuevo</translation>
    </message>
    <message>
        <source>the face detector {path} is damaged; install again</source>
        <translation>el detector de caras {path} está dañado; instale el programa de nuevo</translation>
    </message>
    <message>
        <source>there is no network to compare faces, {path}; install again</source>
        <translation>falta la red que compara caras, {path}; instale el programa de nuevo</translation>
    </message>
    <message>
        <source>there is no model file {path}; install the program again</source>
        <translation>falta el archivo del modelo {path}; instale el programa de nuevo</translation>
    </message>
    <message>
        <source>there is no model file {path}; check its name</source>
        <translation>no existe el archivo de modelo {path}; compruebe su nombre</translation>
    </message>
    <message>
        <source>there is no model {name}; {advice}</source>
        <translation>no existe el modelo {name}; {advice}</translation>
    </message>
    <message>
        <source>{path} is not a model file or is damaged: {reason}</source>
        <translation>{path} no es un archivo de modelo o está dañado: {reason}</translation>
    </message>
    <message>
        <source>the name is empty; give the model a name</source>
        <translation>el nombre está vacío; dé un nombre al modelo</translation>
    </message>
    <message>
        <source>the name has {count} characters; expected at most {most}</source>
        <translation>el nombre tiene {count} caracteres; se esperaban {most} como máximo</translation>
    </message>
    <message>
        <source>the name {name} holds {odd}, which a file&apos;s name cannot; leave it out</source>
        <translation>el nombre {name} contiene {odd}, que no puede estar en el nombre de un archivo; quítelo</translation>
    </message>
    <message>
        <source>the name {name} begins with a dot or dash or ends with a dot; begin with a letter</source>
        <translation>el nombre {name} empieza por un punto o guion o acaba en punto; empiece por una letra</translation>
    </message>
    <message>
        <source>the name {name} ends like a file; leave {ending} out</source>
        <translation>el nombre {name} acaba como un archivo; quite {ending}</translation>
    </message>
    <message>
        <source>the name {name} is a device of Windows; choose another</source>
        <translation>el nombre {name} es un dispositivo de Windows; elija otro</translation>
    </message>
    <message>
        <source>the name {name} is that of a model that ships with the program; choose another</source>
        <translation>el nombre {name} es el de un modelo que viene con el programa; elija otro</translation>
    </message>
    <message>
        <source>there is already a model {name}; choose another name</source>
        <translation>ya existe un modelo {name}; elija otro nombre</translation>
    </message>
    <message>
        <source>the description has {count} characters; expected at most {most}</source>
        <translation>la descripción tiene {count} caracteres; se esperaban {most} como máximo</translation>
    </message>
    <message>
        <source>{name} ships with the program and cannot be {what}; export it and import it under another name</source>
        <translation>{name} viene con el programa y no se puede {what}; expórtelo e impórtelo con otro nombre</translation>
    </message>
    <message>
        <source>{name} is the name of a model that ships with the program; rename the file</source>
        <translation>{name} es el nombre de un modelo que viene con el programa; cambie el nombre del archivo</translation>
    </message>
    <message>
        <source>{name} is a {network} network, which makes no meshes; choose another</source>
        <translation>{name} es una red {network}, que no hace mallas; elija otra</translation>
    </message>
    <message>
        <source>{path} lies among the program&apos;s own models; choose a place elsewhere</source>
        <translation>{path} está entre los modelos del propio programa; elija otro lugar</translation>
    </message>
    <message>
        <source>another program is changing the models; wait until it is done and try again</source>
        <translation>otro programa está cambiando los modelos; espere a que termine e inténtelo de nuevo</translation>
    </message>
    <message>
        <source>{path} is of format {got}; expected {wanted}, a model file written by this program</source>
        <translation>{path} tiene el formato {got}; se esperaba {wanted}, un archivo de modelo escrito por este programa</translation>
    </message>
    <message>
        <source>{path} has a damaged header: {reason}</source>
        <translation>{path} tiene una cabecera dañada: {reason}</translation>
    </message>
    <message>
        <source>{path} describes a network unknown here: {reason}</source>
        <translation>{path} describe una red desconocida aquí: {reason}</translation>
    </message>
    <message>
        <source>{path} {fault} tensor {name} ({count} differ)</source>
        <translation>{path} {fault} tensor {name} ({count} difieren)</translation>
    </message>
    <message>
        <source>{path}: tensor {name} has shape {got}; expected {wanted}</source>
        <translation>{path}: el tensor {name} tiene la forma {got}; se esperaba {wanted}</translation>
    </message>
    <message>
        <source>{path}: tensor {name} holds values that are not finite numbers; train again or use another file</source>
        <translation>{path}: el tensor {name} contiene valores que no son números finitos; entrene de nuevo o use otro archivo</translation>
    </message>
    <message>
        <source>{path} is damaged: {reason}</source>
        <translation>{path} está dañado: {reason}</translation>
    </message>
    <message>
        <source>{count} face was given; choose two or more photos of one person</source>
        <translation>solo hay {count} cara; elija dos o más fotos de una misma persona</translation>
    </message>
    <message>
        <source>the face of {name} does not fit the others (they share {share} of their volume, expected {least}); correct its landmarks or leave it out</source>
        <translation>la cara de {name} no encaja con las demás (comparten {share} de su volumen, se esperaba {least}); corrija sus puntos o déjela fuera</translation>
    </message>
    <message>
        <source>torch sees no NVIDIA GPU here; choose the device cpu</source>
        <translation>torch no ve aquí ninguna GPU de NVIDIA; elija el procesador (CPU)</translation>
    </message>
    <message>
        <source>torch sees no Apple GPU here; choose the device cpu</source>
        <translation>torch no ve aquí ninguna GPU de Apple; elija el procesador (CPU)</translation>
    </message>
    <message>
        <source>the GPU has too little memory left: {reason}</source>
        <translation>a la GPU le queda muy poca memoria: {reason}</translation>
    </message>
    <message>
        <source>{reason}; what was there lies in {path}</source>
        <translation>{reason}; lo que había antes está en {path}</translation>
    </message>
    <message>
        <source>cannot write {path}: {reason}; {advice}</source>
        <translation>no se puede escribir {path}: {reason}; {advice}</translation>
    </message>
    <message>
        <source>cannot save {name}: the mesh has no triangles</source>
        <translation>no se puede guardar {name}: la malla no tiene triángulos</translation>
    </message>
    <message>
        <source>cannot save {name}: the mesh has vertices that are no numbers</source>
        <translation>no se puede guardar {name}: la malla tiene vértices que no son números</translation>
    </message>
    <message>
        <source>cannot lay a mesh flat that has no triangles</source>
        <translation>no se puede desplegar una malla sin triángulos</translation>
    </message>
    <message>
        <source>cannot lay the mesh flat: {reason}</source>
        <translation>no se puede desplegar la malla: {reason}</translation>
    </message>
    <message>
        <source>the mesh is empty; there is nothing to wrap the template onto</source>
        <translation>la malla está vacía; no hay nada a lo que ajustar la plantilla</translation>
    </message>
    <message>
        <source>the mesh has vertices that are no numbers; make it again</source>
        <translation>la malla tiene vértices que no son números; vuelva a crearla</translation>
    </message>
    <message>
        <source>only {count} triangles of the mesh face the viewer; expected a face&apos;s hundreds</source>
        <translation>solo {count} triángulos de la malla miran al frente; se esperaban los cientos de una cara</translation>
    </message>
    <message>
        <source>the landmarks are no numbers; find them again</source>
        <translation>los puntos de la cara no son números; vuelva a buscarlos</translation>
    </message>
    <message>
        <source>the landmarks do not form a face: both eyes are in one place</source>
        <translation>los puntos no forman una cara: los dos ojos están en el mismo lugar</translation>
    </message>
    <message>
        <source>the landmarks do not form a face: {share}% of the distance of the eyes off the template&apos;s, expected at most {most}%</source>
        <translation>los puntos no forman una cara: se apartan de los de la plantilla un {share} % de la distancia entre los ojos; se esperaba un {most} % como máximo</translation>
    </message>
    <message>
        <source>the landmarks do not lie on the mesh: {share}% of the distance of the eyes off it, expected at most {most}%</source>
        <translation>los puntos no están sobre la malla: se apartan de ella un {share} % de la distancia entre los ojos; se esperaba un {most} % como máximo</translation>
    </message>
    <message>
        <source>the template cannot be wrapped onto this mesh: {reason}</source>
        <translation>la plantilla no se puede ajustar a esta malla: {reason}</translation>
    </message>
    <message>
        <source>there is no template {path}; install the program again</source>
        <translation>no existe la plantilla {path}; vuelva a instalar el programa</translation>
    </message>
    <message>
        <source>{path} is not a template or is damaged: {reason}</source>
        <translation>{path} no es una plantilla o está dañado: {reason}</translation>
    </message>
    <message>
        <source>{path} has more than {most} bytes; it is not a template</source>
        <translation>{path} tiene más de {most} bytes; no es una plantilla</translation>
    </message>
    <message>
        <source>{path} is of format {got}; expected {wanted}</source>
        <translation>{path} es del formato {got}; se esperaba {wanted}</translation>
    </message>
    <message>
        <source>a texture of {width} x {height} cannot be encoded</source>
        <translation>no se puede codificar una textura de {width} x {height}</translation>
    </message>
    <message>
        <source>USDZ needs the package usd-core, which is not installed; run pip install &quot;usd-core&gt;=25&quot; or choose another format</source>
        <translation>USDZ necesita el paquete usd-core, que no está instalado; ejecute pip install &quot;usd-core&gt;=25&quot; o elija otro formato</translation>
    </message>
    <message>
        <source>cannot save {name}: the template&apos;s head is open at the neck and cannot be printed; export the surface as it was reconstructed</source>
        <translation>no se puede guardar {name}: la cabeza de la plantilla está abierta por el cuello y no se puede imprimir; exporte la superficie tal como se reconstruyó</translation>
    </message>
    <message>
        <source>{name} is not a VRN Studio project</source>
        <translation>{name} no es un proyecto de VRN Studio</translation>
    </message>
    <message>
        <source>{name} was made by a newer VRN Studio ({program}, format {format}; this one knows {known}); install the newest version to open it</source>
        <translation>{name} se creó con un VRN Studio más reciente ({program}, formato {format}; este conoce el {known}); instale la versión más reciente para abrirlo</translation>
    </message>
    <message>
        <source>there is no project {path}; it may have been moved or renamed</source>
        <translation>no existe el proyecto {path}; puede que se haya movido o cambiado de nombre</translation>
    </message>
    <message>
        <source>{name} is damaged or not a VRN Studio project; if it was copied or downloaded, bring it anew, else take a backup</source>
        <translation>{name} está dañado o no es un proyecto de VRN Studio; si se copió o descargó, tráigalo de nuevo; si no, use una copia de seguridad</translation>
    </message>
    <message>
        <source>{name} claims to be too large to be opened</source>
        <translation>{name} dice ser demasiado grande para abrirse</translation>
    </message>
    <message>
        <source>{name} is damaged; take a backup of it ({reason})</source>
        <translation>{name} está dañado; use una copia de seguridad ({reason})</translation>
    </message>
    <message>
        <source>the volume is empty; there is no surface to keep</source>
        <translation>el volumen está vacío; no hay superficie que guardar</translation>
    </message>
    <message>
        <source>the iso level {level} crosses no edge between two voxels</source>
        <translation>el nivel iso {level} no cruza ninguna arista entre dos vóxeles</translation>
    </message>
    <message>
        <source>no voxel reaches the iso level ({level}; the highest is {highest}); the volume holds no solid, or the level is too high</source>
        <translation>ningún vóxel alcanza el nivel iso ({level}; el más alto es {highest}); el volumen no contiene ningún sólido o el nivel es demasiado alto</translation>
    </message>
    <message>
        <source>the work was cancelled</source>
        <translation>el trabajo se canceló</translation>
    </message>
    <message>
        <source>the program is being closed</source>
        <translation>el programa se está cerrando</translation>
    </message>
    <message>
        <source>the process that makes the meshes ended unexpectedly, most likely for want of memory; close other programs or use a smaller photo, then try again</source>
        <translation>el proceso que crea las mallas terminó de forma inesperada, seguramente por falta de memoria; cierre otros programas o use una foto más pequeña y reinténtelo</translation>
    </message>
    <message>
        <source>cannot write {path}: {written} of {count} frames arrived; free some space or choose another folder</source>
        <translation>no se puede escribir {path}: llegaron {written} de {count} fotogramas; libere espacio o elija otra carpeta</translation>
    </message>
    <message>
        <source>cannot {what}: {reason}; {advice}</source>
        <translation>no se puede {what}: {reason}; {advice}</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>empezando</translation>
    </message>
    <message>
        <source>waiting for its turn</source>
        <translation>esperando su turno</translation>
    </message>
    <message>
        <source>loading the network</source>
        <translation>cargando la red</translation>
    </message>
    <message>
        <source>reading the photo</source>
        <translation>leyendo la foto</translation>
    </message>
    <message>
        <source>reading {name}</source>
        <translation>leyendo {name}</translation>
    </message>
    <message>
        <source>looking for faces</source>
        <translation>buscando caras</translation>
    </message>
    <message>
        <source>finding landmarks</source>
        <translation>localizando los puntos faciales</translation>
    </message>
    <message>
        <source>face {number} of {count}</source>
        <translation>cara {number} de {count}</translation>
    </message>
    <message>
        <source>making the mesh</source>
        <translation>creando la malla</translation>
    </message>
    <message>
        <source>coloring the mesh</source>
        <translation>coloreando la malla</translation>
    </message>
    <message>
        <source>finishing the mesh</source>
        <translation>acabando la malla</translation>
    </message>
    <message>
        <source>writing the files</source>
        <translation>escribiendo los archivos</translation>
    </message>
    <message>
        <source>comparing the faces</source>
        <translation>comparando las caras</translation>
    </message>
    <message>
        <source>laying {name} over the others</source>
        <translation>superponiendo {name} a las demás</translation>
    </message>
    <message>
        <source>laying the template over the face</source>
        <translation>colocando la plantilla sobre la cara</translation>
    </message>
    <message>
        <source>wrapping the template</source>
        <translation>ajustando la plantilla</translation>
    </message>
    <message>
        <source>placing eyes and teeth</source>
        <translation>colocando los ojos y los dientes</translation>
    </message>
    <message>
        <source>carrying the expressions over</source>
        <translation>trasladando las expresiones</translation>
    </message>
    <message>
        <source>done</source>
        <translation>listo</translation>
    </message>
    <message>
        <source>no such file or directory</source>
        <translation>no existe el archivo o la carpeta</translation>
    </message>
    <message>
        <source>permission denied</source>
        <translation>permiso denegado</translation>
    </message>
    <message>
        <source>read-only file system</source>
        <translation>el disco es de solo lectura</translation>
    </message>
    <message>
        <source>no space left on device</source>
        <translation>no queda espacio en el disco</translation>
    </message>
    <message>
        <source>is a directory</source>
        <translation>es una carpeta</translation>
    </message>
    <message>
        <source>not a directory</source>
        <translation>no es una carpeta</translation>
    </message>
    <message>
        <source>file name too long</source>
        <translation>el nombre del archivo es demasiado largo</translation>
    </message>
    <message>
        <source>input/output error</source>
        <translation>error de lectura o escritura</translation>
    </message>
    <message>
        <source>free some space or choose another disk</source>
        <translation>libere espacio o elija otro disco</translation>
    </message>
    <message>
        <source>choose a folder that you may write to</source>
        <translation>elija una carpeta en la que pueda escribir</translation>
    </message>
    <message>
        <source>make the folder first or choose another</source>
        <translation>cree antes la carpeta o elija otra</translation>
    </message>
    <message>
        <source>choose a folder that exists</source>
        <translation>elija una carpeta que exista</translation>
    </message>
    <message>
        <source>choose another name, for a folder has this one</source>
        <translation>elija otro nombre, pues hay una carpeta con este</translation>
    </message>
    <message>
        <source>choose another place</source>
        <translation>elija otro sitio</translation>
    </message>
    <message>
        <source>did you mean {other}?</source>
        <translation>¿quería decir {other}?</translation>
    </message>
    <message>
        <source>expected one of {names}</source>
        <translation>se esperaba uno de {names}</translation>
    </message>
    <message>
        <source>close what uses it and try again</source>
        <translation>cierre lo que lo usa e inténtelo de nuevo</translation>
    </message>
    <message>
        <source>a piece of it has more than one rim</source>
        <translation>un trozo de ella tiene más de un borde</translation>
    </message>
    <message>
        <source>the surface is not shaped like a face</source>
        <translation>la superficie no tiene forma de cara</translation>
    </message>
    <message>
        <source>it stays {distance} mm off the surface on average</source>
        <translation>queda de media a {distance} mm de la superficie</translation>
    </message>
    <message>
        <source>only {share}% of it finds surface to lie on</source>
        <translation>solo el {share} % de ella encuentra superficie en la que apoyarse</translation>
    </message>
    <message>
        <source>{share}% of it is turned inside out</source>
        <translation>el {share} % de ella queda del revés</translation>
    </message>
    <message>
        <source>lacks</source>
        <translation>no tiene el</translation>
    </message>
    <message>
        <source>it has {size} bytes, expected at most {most}</source>
        <translation>tiene {size} bytes, se esperaban {most} como máximo</translation>
    </message>
    <message>
        <source>it has only {size} bytes</source>
        <translation>solo tiene {size} bytes</translation>
    </message>
    <message>
        <source>it is a pickle or an archive, as torch.save writes them, which could run code; give the .safetensors file of the training</source>
        <translation>es un pickle o un archivo comprimido, como los que escribe torch.save, que podría ejecutar código; dé el archivo .safetensors del entrenamiento</translation>
    </message>
    <message>
        <source>its header claims {claimed} bytes, but the file has {size} and a header at most {most}</source>
        <translation>su cabecera dice tener {claimed} bytes, pero el archivo tiene {size} y una cabecera {most} como máximo</translation>
    </message>
    <message>
        <source>rename the model {name}</source>
        <translation>cambiar el nombre del modelo {name}</translation>
    </message>
    <message>
        <source>delete the model {name}</source>
        <translation>eliminar el modelo {name}</translation>
    </message>
    <message>
        <source>use the folder of models {path}</source>
        <translation>usar la carpeta de modelos {path}</translation>
    </message>
    <message>
        <source>renamed</source>
        <translation>cambiar de nombre</translation>
    </message>
    <message>
        <source>described anew</source>
        <translation>volver a describir</translation>
    </message>
    <message>
        <source>deleted</source>
        <translation>eliminar</translation>
    </message>
    <message>
        <source>has an unknown</source>
        <translation>tiene un desconocido</translation>
    </message>
</context>
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n foto</numerusform>
            <numerusform>%n fotos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n face(s)</source>
        <translation>
            <numerusform>%n cara</numerusform>
            <numerusform>%n caras</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Fused (%n photo(s))</source>
        <translation>
            <numerusform>Fusión (%n foto)</numerusform>
            <numerusform>Fusión (%n fotos)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) were fused into one mesh</source>
        <translation>
            <numerusform>Se fusionó %n foto en una malla</numerusform>
            <numerusform>Se fusionaron %n fotos en una malla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) not there; try another folder</source>
        <translation>
            <numerusform>%n foto no está ahí; pruebe con otra carpeta</numerusform>
            <numerusform>%n fotos no están ahí; pruebe con otra carpeta</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) not where the project says.</source>
        <translation>
            <numerusform>Una foto no está donde dice el proyecto.</numerusform>
            <numerusform>%n fotos no están donde dice el proyecto.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saved {name} without %n photo(s), such as {photo}: no file</source>
        <translation>
            <numerusform>Se guardó {name} sin {photo}, cuyo archivo ya no está</numerusform>
            <numerusform>Se guardó {name} sin %n fotos cuyos archivos ya no están, como {photo}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saving %n mesh(es)…</source>
        <translation>
            <numerusform>Guardando %n malla…</numerusform>
            <numerusform>Guardando %n mallas…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saved %n mesh(es)</source>
        <translation>
            <numerusform>Se guardó %n malla</numerusform>
            <numerusform>Se guardaron %n mallas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop to add %n file(s)</source>
        <translation>
            <numerusform>Suelte para añadir %n archivo</numerusform>
            <numerusform>Suelte para añadir %n archivos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Paused: {done} of %n photo(s) done</source>
        <translation>
            <numerusform>En pausa: {done} de %n foto</numerusform>
            <numerusform>En pausa: {done} de %n fotos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a mesh</source>
        <translation>
            <numerusform>%n sin malla</numerusform>
            <numerusform>%n sin malla</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n face(s) of this photo</source>
        <translation>
            <numerusform>La cara de esta foto</numerusform>
            <numerusform>Las %n caras de esta foto</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n face(s) of the list</source>
        <translation>
            <numerusform>La cara de la lista</numerusform>
            <numerusform>Las %n caras de la lista</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) will be replaced</source>
        <translation>
            <numerusform>Se reemplazará %n archivo</numerusform>
            <numerusform>Se reemplazarán %n archivos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n quad(s)</source>
        <translation>
            <numerusform>%n cuadrilátero</numerusform>
            <numerusform>%n cuadriláteros</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n triangle(s)</source>
        <translation>
            <numerusform>%n triángulo</numerusform>
            <numerusform>%n triángulos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n expression(s)</source>
        <translation>
            <numerusform>%n expresión</numerusform>
            <numerusform>%n expresiones</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exported %n mesh(es)</source>
        <translation>
            <numerusform>Se exportó %n malla</numerusform>
            <numerusform>Se exportaron %n mallas</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them as reconstructed, without quads</source>
        <translation>
            <numerusform>%n de ellas como se reconstruyó, sin cuadriláteros</numerusform>
            <numerusform>%n de ellas como se reconstruyeron, sin cuadriláteros</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>DifferentPeople</name>
    <message>
        <source>These may be different people</source>
        <translation>Puede que sean personas distintas</translation>
    </message>
    <message>
        <source>The faces in {one} and {other} differ more than two photos of one person mostly do. A mesh of two people would look like neither. Years, glasses or a view from the side can mislead this check.</source>
        <translation>Las caras de {one} y {other} se diferencian más de lo habitual en dos fotos de una misma persona. Una malla de dos personas no se parecería a ninguna. Los años, unas gafas o una vista de lado pueden engañar a esta comprobación.</translation>
    </message>
    <message>
        <source>Fuse Anyway</source>
        <translation>Fusionar igualmente</translation>
    </message>
</context>
<context>
    <name>Docks</name>
    <message>
        <source>Drag to move this panel; double-click to float it</source>
        <translation>Arrastre para mover este panel; doble clic para separarlo</translation>
    </message>
</context>
<context>
    <name>Drop</name>
    <message>
        <source>All photos in {folder} come to the list</source>
        <translation>Todas las fotos de {folder} pasan a la lista</translation>
    </message>
    <message>
        <source>Drop to add this folder</source>
        <translation>Suelte para añadir esta carpeta</translation>
    </message>
    <message>
        <source>{project} comes in place of the list</source>
        <translation>{project} sustituye a la lista</translation>
    </message>
    <message>
        <source>Drop to open this project</source>
        <translation>Suelte para abrir este proyecto</translation>
    </message>
    <message>
        <source>Drop to make a mesh</source>
        <translation>Suelte para crear una malla</translation>
    </message>
    <message>
        <source>Each photo gets its own meshes</source>
        <translation>Cada foto tendrá sus propias mallas</translation>
    </message>
    <message>
        <source>The image comes to the list</source>
        <translation>La imagen pasa a la lista</translation>
    </message>
</context>
<context>
    <name>ErrorReport</name>
    <message>
        <source>Show Details</source>
        <translation>Mostrar detalles</translation>
    </message>
    <message>
        <source>Copy Report</source>
        <translation>Copiar informe</translation>
    </message>
    <message>
        <source>Hide Details</source>
        <translation>Ocultar detalles</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Copiado</translation>
    </message>
</context>
<context>
    <name>Export</name>
    <message>
        <source>GLB, 50,000 triangles, texture with all pixels of the photo</source>
        <translation>GLB, 50 000 triángulos, textura con todos los píxeles de la foto</translation>
    </message>
    <message>
        <source>GLB, clean quads with expressions, texture of 2048, light evened out</source>
        <translation>GLB, cuadriláteros limpios con expresiones, textura de 2048, luz igualada</translation>
    </message>
    <message>
        <source>Print</source>
        <translation>Impresión</translation>
    </message>
    <message>
        <source>STL, closed, all triangles, in millimeters</source>
        <translation>STL, cerrado, todos los triángulos, en milímetros</translation>
    </message>
    <message>
        <source>GLB, 10,000 triangles, small texture, normal map</source>
        <translation>GLB, 10 000 triángulos, textura pequeña, mapa de normales</translation>
    </message>
    <message>
        <source>Own</source>
        <translation>Propio</translation>
    </message>
    <message>
        <source>What you chose yourself; it is kept for the next time</source>
        <translation>Lo que eligió usted; se conserva para la próxima vez</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>{reason} It is exported as it was reconstructed.</source>
        <translation>{reason} Se exporta como se reconstruyó.</translation>
    </message>
    <message>
        <source>A photo is gone; the colors of the mesh take its place.</source>
        <translation>Falta una foto; la sustituyen los colores de la malla.</translation>
    </message>
    <message>
        <source>As reconstructed</source>
        <translation>Como se reconstruyó</translation>
    </message>
    <message>
        <source>Clean quads with expressions</source>
        <translation>Cuadriláteros limpios con expresiones</translation>
    </message>
    <message>
        <source>All</source>
        <translation>Todos</translation>
    </message>
    <message>
        <source>Other number</source>
        <translation>Otro número</translation>
    </message>
    <message>
        <source>Number of triangles</source>
        <translation>Número de triángulos</translation>
    </message>
    <message>
        <source>From the photo</source>
        <translation>De la foto</translation>
    </message>
    <message>
        <source>Side of the texture</source>
        <translation>Lado de la textura</translation>
    </message>
    <message>
        <source>All pixels of the photo</source>
        <translation>Todos los píxeles de la foto</translation>
    </message>
    <message>
        <source>Even out the light</source>
        <translation>Igualar la luz</translation>
    </message>
    <message>
        <source>Normal map of the full surface</source>
        <translation>Mapa de normales de toda la superficie</translation>
    </message>
    <message>
        <source>Fine relief</source>
        <translation>Relieve fino</translation>
    </message>
    <message>
        <source>Wrinkles, lids and lips told from the photo&apos;s shading</source>
        <translation>Arrugas, párpados y labios deducidos de las sombras de la foto</translation>
    </message>
    <message>
        <source>One file with textures and expressions, in meters</source>
        <translation>Un archivo con texturas y expresiones, en metros</translation>
    </message>
    <message>
        <source>With MTL and PNG files beside it, in millimeters</source>
        <translation>Con archivos MTL y PNG al lado, en milímetros</translation>
    </message>
    <message>
        <source>One file for Apple&apos;s programs and USD</source>
        <translation>Un archivo para los programas de Apple y USD</translation>
    </message>
    <message>
        <source>Colors at the vertices, in millimeters</source>
        <translation>Colores en los vértices, en milímetros</translation>
    </message>
    <message>
        <source>Closed, for printing, in millimeters; no colors</source>
        <translation>Cerrado, para imprimir, en milímetros; sin colores</translation>
    </message>
    <message>
        <source>A whole head of even quads whose 52 expressions can be animated (GLB)</source>
        <translation>Una cabeza entera de cuadriláteros regulares cuyas 52 expresiones se pueden animar (GLB)</translation>
    </message>
    <message>
        <source>Fewer triangles are lighter to draw</source>
        <translation>Menos triángulos se dibujan con menos esfuerzo</translation>
    </message>
    <message>
        <source>A picture of the skin; else colors at the vertices</source>
        <translation>Una imagen de la piel; si no, colores en los vértices</translation>
    </message>
    <message>
        <source>Width and height of the texture</source>
        <translation>Ancho y alto de la textura</translation>
    </message>
    <message>
        <source>Keeps the relief of all triangles in a picture</source>
        <translation>Conserva el relieve de todos los triángulos en una imagen</translation>
    </message>
    <message>
        <source>Takes the photo&apos;s soft shadows off the colors</source>
        <translation>Quita de los colores las sombras suaves de la foto</translation>
    </message>
    <message>
        <source>This face</source>
        <translation>Esta cara</translation>
    </message>
    <message>
        <source>Folder of the files</source>
        <translation>Carpeta de los archivos</translation>
    </message>
    <message>
        <source>Show edges</source>
        <translation>Mostrar aristas</translation>
    </message>
    <message>
        <source>Without colors</source>
        <translation>Sin colores</translation>
    </message>
    <message>
        <source>Made for</source>
        <translation>Pensado para</translation>
    </message>
    <message>
        <source>Formats</source>
        <translation>Formatos</translation>
    </message>
    <message>
        <source>&amp;Shape</source>
        <translation>For&amp;ma</translation>
    </message>
    <message>
        <source>&amp;Triangles</source>
        <translation>&amp;Triángulos</translation>
    </message>
    <message>
        <source>Te&amp;xture</source>
        <translation>Te&amp;xtura</translation>
    </message>
    <message>
        <source>&amp;Relief</source>
        <translation>&amp;Relieve</translation>
    </message>
    <message>
        <source>&amp;Faces</source>
        <translation>Ca&amp;ras</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nombre</translation>
    </message>
    <message>
        <source>F&amp;older</source>
        <translation>&amp;Carpeta</translation>
    </message>
    <message>
        <source>&amp;Export</source>
        <translation>&amp;Exportar</translation>
    </message>
    <message>
        <source>Making the mesh…</source>
        <translation>Creando la malla…</translation>
    </message>
    <message>
        <source>The files get this name and the suffix of their format</source>
        <translation>Los archivos reciben este nombre y la extensión de su formato</translation>
    </message>
    <message>
        <source>Several meshes are named as their photos</source>
        <translation>Si son varias, las mallas se llaman como sus fotos</translation>
    </message>
    <message>
        <source>Give the mesh a name.</source>
        <translation>Dé un nombre a la malla.</translation>
    </message>
    <message>
        <source>A name cannot hold {marks} on every system.</source>
        <translation>Un nombre no puede contener {marks} en todos los sistemas.</translation>
    </message>
    <message>
        <source>Windows calls a device by this name. Choose another.</source>
        <translation>Windows llama así a un dispositivo. Elija otro.</translation>
    </message>
    <message>
        <source>The name is too long. Make it shorter.</source>
        <translation>El nombre es demasiado largo. Acórtelo.</translation>
    </message>
    <message>
        <source>Choose a folder for the files.</source>
        <translation>Elija una carpeta para los archivos.</translation>
    </message>
    <message>
        <source>texture {side} × {side}</source>
        <translation>textura {side} × {side}</translation>
    </message>
    <message>
        <source>normal map {side} × {side}</source>
        <translation>mapa de normales {side} × {side}</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>unos {size}</translation>
    </message>
    <message>
        <source>Meshes are being exported already. Wait a moment, or press Esc to stop.</source>
        <translation>Ya se están exportando mallas. Espere un momento o pulse Esc para detenerlas.</translation>
    </message>
    <message>
        <source>The export was stopped; no file was written</source>
        <translation>Se detuvo la exportación; no se escribió ningún archivo</translation>
    </message>
    <message>
        <source>Exported {name}</source>
        <translation>Se exportó {name}</translation>
    </message>
    <message>
        <source>Open Folder</source>
        <translation>Abrir carpeta</translation>
    </message>
    <message>
        <source>Exporting:</source>
        <translation>Exportando:</translation>
    </message>
    <message>
        <source>Exporting {number} of {count}:</source>
        <translation>Exportando {number} de {count}:</translation>
    </message>
    <message>
        <source>PLY and STL hold no pictures. Choose GLB, OBJ or USDZ as well.</source>
        <translation>PLY y STL no contienen imágenes. Elija también GLB, OBJ o USDZ.</translation>
    </message>
    <message>
        <source>The head of quads is open at the neck and cannot be printed. Leave STL out.</source>
        <translation>La cabeza de cuadriláteros está abierta por el cuello y no se puede imprimir. Prescinda de STL.</translation>
    </message>
    <message>
        <source>The head of quads is open at the neck. For STL, choose the shape as reconstructed.</source>
        <translation>La cabeza de cuadriláteros está abierta por el cuello. Para STL, elija la forma como se reconstruyó.</translation>
    </message>
    <message>
        <source>The head of quads has a number of its own.</source>
        <translation>La cabeza de cuadriláteros tiene su propio número.</translation>
    </message>
    <message>
        <source>A normal map of the surface goes with the shape as reconstructed only.</source>
        <translation>El mapa de normales de la superficie solo va con la forma como se reconstruyó.</translation>
    </message>
    <message>
        <source>Fine relief is told from the texture. Turn the texture on.</source>
        <translation>El relieve fino se deduce de la textura. Active la textura.</translation>
    </message>
    <message>
        <source>There is no picture to have a size.</source>
        <translation>No hay ninguna imagen que tenga tamaño.</translation>
    </message>
    <message>
        <source>STL holds no colors.</source>
        <translation>STL no contiene colores.</translation>
    </message>
    <message>
        <source>USDZ needs the package usd-core. Install it with: pip install usd-core</source>
        <translation>USDZ necesita el paquete usd-core. Instálelo con: pip install usd-core</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Vista previa</translation>
    </message>
    <message>
        <source>The mesh as it will be exported. Drag or use the arrow keys to turn it, the wheel or plus and minus to come nearer; double-click for the front.</source>
        <translation>La malla tal como se exportará. Arrastre o use las flechas para girarla, la rueda o más y menos para acercarse; doble clic para verla de frente.</translation>
    </message>
</context>
<context>
    <name>Failures</name>
    <message>
        <source>Stopped</source>
        <translation>Detenido</translation>
    </message>
    <message>
        <source>No face found</source>
        <translation>No hay ninguna cara</translation>
    </message>
    <message>
        <source>Try a photo in which the face is larger, well lit and not covered.</source>
        <translation>Pruebe con una foto en la que la cara sea más grande, esté bien iluminada y sin tapar.</translation>
    </message>
    <message>
        <source>This photo cannot be opened</source>
        <translation>No se puede abrir la foto</translation>
    </message>
    <message>
        <source>Check the file, or save it again as JPEG or PNG in another program.</source>
        <translation>Compruebe el archivo o guárdelo de nuevo como JPEG o PNG con otro programa.</translation>
    </message>
    <message>
        <source>The face model is missing or damaged</source>
        <translation>El modelo de caras falta o está dañado</translation>
    </message>
    <message>
        <source>Install VRN Studio again to bring its models back, then choose Try Again.</source>
        <translation>Instale VRN Studio de nuevo para recuperar sus modelos y elija Reintentar.</translation>
    </message>
    <message>
        <source>The models stay as they are</source>
        <translation>Los modelos quedan como están</translation>
    </message>
    <message>
        <source>Choose something else and try again.</source>
        <translation>Elija otra cosa e inténtelo de nuevo.</translation>
    </message>
    <message>
        <source>No surface was found in this face</source>
        <translation>No se encontró ninguna superficie en esta cara</translation>
    </message>
    <message>
        <source>Try a sharper photo, or one in which the face is seen from another side.</source>
        <translation>Pruebe con una foto más nítida o en la que la cara se vea desde otro lado.</translation>
    </message>
    <message>
        <source>This project cannot be opened</source>
        <translation>Este proyecto no se puede abrir</translation>
    </message>
    <message>
        <source>Check the file, or open a backup of it.</source>
        <translation>Compruebe el archivo o abra una copia de seguridad.</translation>
    </message>
    <message>
        <source>The project could not be saved</source>
        <translation>No se pudo guardar el proyecto</translation>
    </message>
    <message>
        <source>Choose another folder, or make room on the disk, and save again.</source>
        <translation>Elija otra carpeta, o libere espacio en el disco, y guarde de nuevo.</translation>
    </message>
    <message>
        <source>These photos cannot be fused</source>
        <translation>Estas fotos no se pueden fusionar</translation>
    </message>
    <message>
        <source>Mark other photos of the same person in the list, then fuse them.</source>
        <translation>Marque en la lista otras fotos de la misma persona y fusiónelas.</translation>
    </message>
    <message>
        <source>The mesh could not be saved</source>
        <translation>No se pudo guardar la malla</translation>
    </message>
    <message>
        <source>Choose another folder, or make room on the disk, and export again.</source>
        <translation>Elija otra carpeta, o libere espacio en el disco, y exporte de nuevo.</translation>
    </message>
    <message>
        <source>Not enough memory</source>
        <translation>No hay memoria suficiente</translation>
    </message>
    <message>
        <source>Close other programs or use a smaller photo, then try again.</source>
        <translation>Cierre otros programas o use una foto más pequeña y reinténtelo.</translation>
    </message>
    <message>
        <source>Choose Try Again to start over.</source>
        <translation>Elija Reintentar para empezar de nuevo.</translation>
    </message>
    <message>
        <source>That did not work</source>
        <translation>No ha funcionado</translation>
    </message>
    <message>
        <source>Try again, or try another photo.</source>
        <translation>Inténtelo de nuevo o pruebe con otra foto.</translation>
    </message>
    <message>
        <source>There was too little memory left for this photo.</source>
        <translation>Quedaba muy poca memoria para esta foto.</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Algo ha fallado</translation>
    </message>
    <message>
        <source>An unexpected error stopped this job; the rest of the program goes on.</source>
        <translation>Un error inesperado detuvo esta tarea; el resto del programa sigue funcionando.</translation>
    </message>
    <message>
        <source>Try again. If it happens again, please send the error report.</source>
        <translation>Inténtelo de nuevo. Si vuelve a ocurrir, envíe el informe del error, por favor.</translation>
    </message>
</context>
<context>
    <name>Files</name>
    <message>
        <source>Photos and projects</source>
        <translation>Fotos y proyectos</translation>
    </message>
    <message>
        <source>Open Photos</source>
        <translation>Abrir fotos</translation>
    </message>
    <message>
        <source>Videos</source>
        <translation>Vídeos</translation>
    </message>
    <message>
        <source>Open Video</source>
        <translation>Abrir vídeo</translation>
    </message>
    <message>
        <source>Open Folder</source>
        <translation>Abrir carpeta</translation>
    </message>
    <message>
        <source>Export Mesh</source>
        <translation>Exportar malla</translation>
    </message>
    <message>
        <source>Save Picture</source>
        <translation>Guardar imagen</translation>
    </message>
    <message>
        <source>Save Turntable Video</source>
        <translation>Guardar vídeo giratorio</translation>
    </message>
    <message>
        <source>MP4 video</source>
        <translation>Vídeo MP4</translation>
    </message>
    <message>
        <source>Save Curves</source>
        <translation>Guardar las curvas</translation>
    </message>
    <message>
        <source>Export All Meshes</source>
        <translation>Exportar todas las mallas</translation>
    </message>
    <message>
        <source>All files</source>
        <translation>Todos los archivos</translation>
    </message>
</context>
<context>
    <name>Finetune</name>
    <message>
        <source>Choose and check a folder first.</source>
        <translation>Elija y compruebe antes una carpeta.</translation>
    </message>
    <message>
        <source>{name} is among the models now.</source>
        <translation>{name} ya está entre los modelos.</translation>
    </message>
    <message>
        <source>Delete the training {name} and its model? Photos and scans stay. This cannot be undone.</source>
        <translation>¿Eliminar el entrenamiento {name} y su modelo? Las fotos y los escaneos se conservan. Esto no se puede deshacer.</translation>
    </message>
    <message>
        <source>Throw Away</source>
        <translation>Desechar</translation>
    </message>
    <message>
        <source>Folder of photos and scans</source>
        <translation>Carpeta de fotos y escaneos</translation>
    </message>
    <message>
        <source>Choose a folder, or drop one here</source>
        <translation>Elija una carpeta o suéltela aquí</translation>
    </message>
    <message>
        <source>Folder of the face model</source>
        <translation>Carpeta del modelo de cara</translation>
    </message>
    <message>
        <source>The free head that comes with the program</source>
        <translation>La cabeza libre que viene con el programa</translation>
    </message>
    <message>
        <source>ICT-FaceKit as it is downloaded, free under the MIT license, tells the shape of faces of which there are photos alone; empty takes the one that is installed, or the free head that comes with the program</source>
        <translation>ICT-FaceKit tal como se descarga, libre bajo la licencia MIT, dice la forma de las caras de las que solo hay fotos; vacío toma el que está instalado o la cabeza libre que viene con el programa</translation>
    </message>
    <message>
        <source>&amp;Check</source>
        <translation>&amp;Comprobar</translation>
    </message>
    <message>
        <source>Look at every file, find its face and label it</source>
        <translation>Mirar cada archivo, buscar su cara y etiquetarla</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>Detener</translation>
    </message>
    <message>
        <source>Items</source>
        <translation>Elementos</translation>
    </message>
    <message>
        <source>Item</source>
        <translation>Elemento</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>Tipo</translation>
    </message>
    <message>
        <source>Person</source>
        <translation>Persona</translation>
    </message>
    <message>
        <source>Used for</source>
        <translation>Se usa para</translation>
    </message>
    <message>
        <source>Remarks</source>
        <translation>Observaciones</translation>
    </message>
    <message>
        <source>For &amp;Training</source>
        <translation>Para &amp;entrenar</translation>
    </message>
    <message>
        <source>For &amp;Validation</source>
        <translation>Para &amp;validar</translation>
    </message>
    <message>
        <source>&amp;Leave Out</source>
        <translation>E&amp;xcluir</translation>
    </message>
    <message>
        <source>The network learns from the marked items</source>
        <translation>La red aprende de los elementos marcados</translation>
    </message>
    <message>
        <source>The marked items are kept to see how good the network becomes</source>
        <translation>Los elementos marcados se guardan para ver cuánto mejora la red</translation>
    </message>
    <message>
        <source>The marked items are not used (Del)</source>
        <translation>Los elementos marcados no se usan (Supr)</translation>
    </message>
    <message>
        <source>&amp;Person…</source>
        <translation>&amp;Persona…</translation>
    </message>
    <message>
        <source>Say whom the marked items show: a person is in one part alone (F2, double-click)</source>
        <translation>Dice a quién muestran los elementos marcados: cada persona está en una sola parte (F2, doble clic)</translation>
    </message>
    <message>
        <source>&amp;Whom the marked items show:</source>
        <translation>&amp;A quién muestran los elementos marcados:</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>No se puede usar</translation>
    </message>
    <message>
        <source>{train} for training, {validation} for validation, {out} left out; people: {people}</source>
        <translation>{train} para entrenar, {validation} para validar, {out} excluidos; personas: {people}</translation>
    </message>
    <message>
        <source>Nothing is kept for validation: other poses of the same faces will serve.</source>
        <translation>No se guarda nada para validar: servirán otras poses de las mismas caras.</translation>
    </message>
    <message>
        <source>Face model: {folder}</source>
        <translation>Modelo de cara: {folder}</translation>
    </message>
    <message>
        <source>Face model: the free head of MakeHuman, which comes with the program. ICT-FaceKit follows faces a little more closely: download it (ICT-VGL/ICT-FaceKit on GitHub, free under the MIT license), unpack it and choose its folder above.</source>
        <translation>Modelo de cara: la cabeza libre de MakeHuman, que viene con el programa. ICT-FaceKit sigue las caras un poco mejor: descárguelo (ICT-VGL/ICT-FaceKit en GitHub, libre bajo la licencia MIT), descomprímalo y elija su carpeta arriba.</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>Ca&amp;rpeta</translation>
    </message>
    <message>
        <source>Face &amp;model</source>
        <translation>&amp;Modelo de cara</translation>
    </message>
    <message>
        <source>Scans alone are drawn in many poses; a photo with a scan of the same name shows that face; photos of 300W-LP and AFLW2000-3D bring their landmarks. Folders tell who is who, and the button Person can correct it.</source>
        <translation>Los escaneos solos se dibujan en muchas poses; una foto con un escaneo del mismo nombre muestra esa cara; las fotos de 300W-LP y AFLW2000-3D traen sus puntos. Las carpetas dicen quién es quién, y el botón Persona lo corrige.</translation>
    </message>
    <message>
        <source>Open &amp;Trainings</source>
        <translation>Abrir &amp;Entrenamientos</translation>
    </message>
    <message>
        <source>Curves, meshes, log; pause, resume and stop (Ctrl+T)</source>
        <translation>Curvas, mallas, registro; pausar, reanudar y detener (Ctrl+T)</translation>
    </message>
    <message>
        <source>Command for several machines</source>
        <translation>Orden para varias máquinas</translation>
    </message>
    <message>
        <source>Co&amp;py</source>
        <translation>Co&amp;piar</translation>
    </message>
    <message>
        <source>The training is a process of its own. This window and the program may be closed; Trainings finds it again, and tells when there is a result.</source>
        <translation>El entrenamiento es un proceso aparte. Esta ventana y el programa se pueden cerrar; Entrenamientos lo encuentra de nuevo y avisa cuando hay un resultado.</translation>
    </message>
    <message>
        <source>To share it among several machines, run this on each of them:</source>
        <translation>Para repartirlo entre varias máquinas, ejecute esto en cada una:</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>Iniciando…</translation>
    </message>
    <message>
        <source>&amp;Use it now</source>
        <translation>&amp;Usarlo ya</translation>
    </message>
    <message>
        <source>Reconstruct with it in this window from now on</source>
        <translation>Reconstruir con él en esta ventana desde ahora</translation>
    </message>
    <message>
        <source>&amp;Keep</source>
        <translation>&amp;Conservar</translation>
    </message>
    <message>
        <source>Take the model in among the others</source>
        <translation>Añadir el modelo a los demás</translation>
    </message>
    <message>
        <source>Throw &amp;Away</source>
        <translation>&amp;Desechar</translation>
    </message>
    <message>
        <source>Delete the training and its model; photos and scans stay</source>
        <translation>Eliminar el entrenamiento y su modelo; las fotos y los escaneos se conservan</translation>
    </message>
    <message>
        <source>Comparing before and after…</source>
        <translation>Comparando antes y después…</translation>
    </message>
    <message>
        <source>No result</source>
        <translation>Sin resultado</translation>
    </message>
    <message>
        <source>{share} less error</source>
        <translation>{share} menos error</translation>
    </message>
    <message>
        <source>{share} more error</source>
        <translation>{share} más error</translation>
    </message>
    <message>
        <source>Mean distance to the true surface on {count} pictures that it did not learn from: {before} of the eyes&apos; distance by {base}, {after} by the new model.</source>
        <translation>Distancia media a la superficie verdadera en {count} imágenes de las que no aprendió: {before} de la distancia entre los ojos con {base}, {after} con el modelo nuevo.</translation>
    </message>
    <message>
        <source>{before} before (left), {after} after (right)</source>
        <translation>{before} antes (izquierda), {after} después (derecha)</translation>
    </message>
    <message>
        <source>{base}, trained further on own faces</source>
        <translation>{base}, entrenada además con caras propias</translation>
    </message>
    <message>
        <source>&amp;Name</source>
        <translation>&amp;Nombre</translation>
    </message>
    <message>
        <source>&amp;Description</source>
        <translation>D&amp;escripción</translation>
    </message>
    <message>
        <source>&amp;Quick</source>
        <translation>&amp;Rápido</translation>
    </message>
    <message>
        <source>To see whether it helps at all</source>
        <translation>Para ver si ayuda en algo</translation>
    </message>
    <message>
        <source>&amp;Balanced</source>
        <translation>&amp;Equilibrado</translation>
    </message>
    <message>
        <source>Most of what there is to gain</source>
        <translation>La mayor parte de lo que se puede ganar</translation>
    </message>
    <message>
        <source>Th&amp;orough</source>
        <translation>E&amp;xhaustivo</translation>
    </message>
    <message>
        <source>For many items, or a graphics card</source>
        <translation>Para muchos elementos o una tarjeta gráfica</translation>
    </message>
    <message>
        <source>First layers</source>
        <translation>Primeras capas</translation>
    </message>
    <message>
        <source>Hourglasses</source>
        <translation>Relojes de arena</translation>
    </message>
    <message>
        <source>Between the hourglasses</source>
        <translation>Entre los relojes de arena</translation>
    </message>
    <message>
        <source>Head</source>
        <translation>Cabeza</translation>
    </message>
    <message>
        <source>&amp;Expert</source>
        <translation>E&amp;xperto</translation>
    </message>
    <message>
        <source>&amp;Measure One Step</source>
        <translation>&amp;Medir un paso</translation>
    </message>
    <message>
        <source>See how long it takes, and whether it fits in memory</source>
        <translation>Ver cuánto tarda y si cabe en la memoria</translation>
    </message>
    <message>
        <source>Measuring one step…</source>
        <translation>Midiendo un paso…</translation>
    </message>
    <message>
        <source>{time} on {device}, {memory} of memory, {disk} of disk. Each item is seen {epochs} times; {steps} steps.</source>
        <translation>{time} en {device}, {memory} de memoria, {disk} de disco. Cada elemento se ve {epochs} veces; {steps} pasos.</translation>
    </message>
    <message>
        <source>&amp;Name of the new model</source>
        <translation>&amp;Nombre del modelo nuevo</translation>
    </message>
    <message>
        <source>&amp;Start from</source>
        <translation>&amp;Partir de</translation>
    </message>
    <message>
        <source>&amp;Compute on</source>
        <translation>&amp;Calcular en</translation>
    </message>
    <message>
        <source>Effort</source>
        <translation>Esfuerzo</translation>
    </message>
    <message>
        <source>Between the steps</source>
        <translation>Entre los pasos</translation>
    </message>
    <message>
        <source>Half</source>
        <translation>Media</translation>
    </message>
    <message>
        <source>Full</source>
        <translation>Completa</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Muestras</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Tasa de aprendizaje</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>Lote</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Precisión</translation>
    </message>
    <message>
        <source>Volume</source>
        <translation>Volumen</translation>
    </message>
    <message>
        <source>Portraits mixed in</source>
        <translation>Retratos mezclados</translation>
    </message>
    <message>
        <source>Kept of what is learned</source>
        <translation>Se conserva de lo aprendido</translation>
    </message>
    <message>
        <source>Yaw to</source>
        <translation>Giro hasta</translation>
    </message>
    <message>
        <source>Pitch to</source>
        <translation>Cabeceo hasta</translation>
    </message>
    <message>
        <source>Roll to</source>
        <translation>Inclinación hasta</translation>
    </message>
    <message>
        <source>Shift to</source>
        <translation>Desplazamiento hasta</translation>
    </message>
    <message>
        <source>Covered faces</source>
        <translation>Caras tapadas</translation>
    </message>
    <message>
        <source>Processes for data</source>
        <translation>Procesos para los datos</translation>
    </message>
    <message>
        <source>Portraits that the shipped networks learned from, so that nothing is forgotten</source>
        <translation>Retratos de los que aprendieron las redes incluidas, para que no se olvide nada</translation>
    </message>
    <message>
        <source>More brings more for your own faces; less forgets less of all others</source>
        <translation>Más aporta más a sus propias caras; menos olvida menos de todas las demás</translation>
    </message>
    <message>
        <source>Parts that stay as they are</source>
        <translation>Partes que se quedan como están</translation>
    </message>
    <message>
        <source>Data</source>
        <translation>Datos</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>Ajustes</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Entrenamiento</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>Resultado</translation>
    </message>
    <message>
        <source>Fine-tune a Network</source>
        <translation>Afinar una red</translation>
    </message>
    <message>
        <source>Bac&amp;k</source>
        <translation>&amp;Atrás</translation>
    </message>
    <message>
        <source>&amp;Next</source>
        <translation>&amp;Siguiente</translation>
    </message>
    <message>
        <source>Start &amp;Training</source>
        <translation>Iniciar &amp;entrenamiento</translation>
    </message>
    <message>
        <source>See the &amp;Result</source>
        <translation>Ver el &amp;resultado</translation>
    </message>
    <message>
        <source>Scan</source>
        <translation>Escaneo</translation>
    </message>
    <message>
        <source>Photo with scan</source>
        <translation>Foto con escaneo</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>Annotated photo</source>
        <translation>Foto anotada</translation>
    </message>
    <message>
        <source>Validation</source>
        <translation>Validación</translation>
    </message>
    <message>
        <source>Left out</source>
        <translation>Excluido</translation>
    </message>
    <message>
        <source>about {count} min</source>
        <translation>unos {count} min</translation>
    </message>
    <message>
        <source>about {count} h</source>
        <translation>unas {count} h</translation>
    </message>
</context>
<context>
    <name>Formats</name>
    <message>
        <source>glTF binary</source>
        <translation>glTF binario</translation>
    </message>
    <message>
        <source>Wavefront OBJ</source>
        <translation>Wavefront OBJ</translation>
    </message>
    <message>
        <source>Stanford PLY</source>
        <translation>Stanford PLY</translation>
    </message>
    <message>
        <source>STL for printing</source>
        <translation>STL para imprimir</translation>
    </message>
</context>
<context>
    <name>Fusing</name>
    <message>
        <source>Mark two or more photos of one person in the list, with Ctrl or Shift, to fuse them.</source>
        <translation>Marque en la lista dos o más fotos de una misma persona, con Ctrl o Mayús, para fusionarlas.</translation>
    </message>
    <message>
        <source>Photos are being fused already. Wait a moment, or press Esc to stop.</source>
        <translation>Ya se están fusionando fotos. Espere un momento o pulse Esc para detenerlo.</translation>
    </message>
    <message>
        <source>{photo} is still being worked on. Fuse the photos when it is ready.</source>
        <translation>Aún se está trabajando en {photo}. Fusione las fotos cuando esté lista.</translation>
    </message>
    <message>
        <source>{photo} has no face. Draw a box round it, or leave the photo out.</source>
        <translation>{photo} no tiene ninguna cara. Dibuje un recuadro alrededor de ella o deje la foto fuera.</translation>
    </message>
</context>
<context>
    <name>Guide</name>
    <message>
        <source>Back</source>
        <translation>Atrás</translation>
    </message>
    <message>
        <source>Contents</source>
        <translation>Índice</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
</context>
<context>
    <name>Legend</name>
    <message>
        <source>Distance</source>
        <translation>Distancia</translation>
    </message>
    <message>
        <source>{distance} mm and more</source>
        <translation>{distance} mm y más</translation>
    </message>
    <message>
        <source>guessed</source>
        <translation>supuesto</translation>
    </message>
    <message>
        <source>seen and sure</source>
        <translation>visto y seguro</translation>
    </message>
</context>
<context>
    <name>LiveBar</name>
    <message>
        <source>Camera</source>
        <translation>Cámara</translation>
    </message>
    <message>
        <source>Which camera to look through, or a video file instead</source>
        <translation>Por qué cámara mirar, o un archivo de vídeo en su lugar</translation>
    </message>
    <message>
        <source>Video file…</source>
        <translation>Archivo de vídeo…</translation>
    </message>
    <message>
        <source>No camera found</source>
        <translation>No hay ninguna cámara</translation>
    </message>
    <message>
        <source>Resolution</source>
        <translation>Resolución</translation>
    </message>
    <message>
        <source>The resolution that the camera is asked for</source>
        <translation>La resolución que se pide a la cámara</translation>
    </message>
    <message>
        <source>Mirror</source>
        <translation>Espejo</translation>
    </message>
    <message>
        <source>Show yourself as a mirror does</source>
        <translation>Verse como en un espejo</translation>
    </message>
    <message>
        <source>{rate} frames/s</source>
        <translation>{rate} imágenes/s</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>Recent Projects</source>
        <translation>Proyectos recientes</translation>
    </message>
    <message>
        <source>Panels</source>
        <translation>Paneles</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>Apariencia</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>&amp;Archivo</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>&amp;Edición</translation>
    </message>
    <message>
        <source>&amp;Photo</source>
        <translation>&amp;Foto</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>&amp;Ver</translation>
    </message>
    <message>
        <source>&amp;Training</source>
        <translation>En&amp;trenamiento</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>Ay&amp;uda</translation>
    </message>
</context>
<context>
    <name>Mesh</name>
    <message>
        <source>Face {number} of {count}</source>
        <translation>Cara {number} de {count}</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>The photos before this one come first.</source>
        <translation>Primero van las fotos anteriores.</translation>
    </message>
    <message>
        <source>Making the mesh</source>
        <translation>Creando la malla</translation>
    </message>
    <message>
        <source>It takes about a second a face.</source>
        <translation>Tarda más o menos un segundo por cara.</translation>
    </message>
    <message>
        <source>No mesh</source>
        <translation>Sin malla</translation>
    </message>
    <message>
        <source>The note under the photo says what to do.</source>
        <translation>La nota bajo la foto dice qué hacer.</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Detenido</translation>
    </message>
    <message>
        <source>Choose Try Again (F5) to make the mesh.</source>
        <translation>Elija Reintentar (F5) para crear la malla.</translation>
    </message>
    <message>
        <source>No face was found in this photo.</source>
        <translation>No se encontró ninguna cara en esta foto.</translation>
    </message>
    <message>
        <source>Mesh</source>
        <translation>Malla</translation>
    </message>
    <message>
        <source>Preview</source>
        <translation>Previa</translation>
    </message>
    <message>
        <source>Live</source>
        <translation>Directo</translation>
    </message>
    <message>
        <source>No face in sight</source>
        <translation>No se ve ninguna cara</translation>
    </message>
    <message>
        <source>Come nearer, or turn on a light.</source>
        <translation>Acérquese o encienda una luz.</translation>
    </message>
    <message>
        <source>The 3-D view is not available</source>
        <translation>La vista 3D no está disponible</translation>
    </message>
    <message>
        <source>This display has no OpenGL. Meshes can still be made and exported.</source>
        <translation>Esta pantalla no tiene OpenGL. Aun así se pueden crear y exportar mallas.</translation>
    </message>
    <message>
        <source>Mark two points: click or Enter</source>
        <translation>Dos puntos: clic o Intro</translation>
    </message>
    <message>
        <source>{distance} mm between the points</source>
        <translation>{distance} mm entre los puntos</translation>
    </message>
    <message>
        <source>Preparing the 3-D view</source>
        <translation>Preparando la vista 3D</translation>
    </message>
    <message>
        <source>This takes a moment at the start.</source>
        <translation>Al principio tarda un momento.</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aspecto</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Luz</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportar</translation>
    </message>
    <message>
        <source>{triangles} triangles  ·  {confidence} sure</source>
        <translation>{triangles} triángulos  ·  {confidence}</translation>
    </message>
    <message>
        <source>Head turned {yaw}°, raised {pitch}°, tilted {roll}°</source>
        <translation>Cabeza girada {yaw}°, levantada {pitch}°, inclinada {roll}°</translation>
    </message>
    <message>
        <source>Size about {width} × {height} × {depth} mm</source>
        <translation>Tamaño aproximado: {width} × {height} × {depth} mm</translation>
    </message>
    <message>
        <source>{vertices} vertices, {triangles} triangles</source>
        <translation>{vertices} vértices, {triangles} triángulos</translation>
    </message>
    <message>
        <source>Confidence {confidence}</source>
        <translation>Confianza: {confidence}</translation>
    </message>
    <message>
        <source>Made in {time} ms</source>
        <translation>Creada en {time} ms</translation>
    </message>
    <message>
        <source>{triangles} triangles</source>
        <translation>{triangles} triángulos</translation>
    </message>
    <message>
        <source>No mesh yet</source>
        <translation>Aún no hay malla</translation>
    </message>
    <message>
        <source>The face from your photo will stand here, to turn and export.</source>
        <translation>Aquí estará la cara de su foto, para girarla y exportarla.</translation>
    </message>
</context>
<context>
    <name>Missing</name>
    <message>
        <source>Looking in {folder}…</source>
        <translation>Buscando en {folder}…</translation>
    </message>
    <message>
        <source>All photos were found</source>
        <translation>Se encontraron todas las fotos</translation>
    </message>
    <message>
        <source>Find Photos…</source>
        <translation>Buscar fotos…</translation>
    </message>
    <message>
        <source>Parts of this project are damaged</source>
        <translation>Hay partes dañadas en este proyecto</translation>
    </message>
    <message>
        <source>All that could be read is here. The damaged file stays as it is.</source>
        <translation>Aquí está todo lo que se pudo leer. El archivo dañado se queda como está.</translation>
    </message>
    <message>
        <source>Save the project under another name, and open a backup if you have one.</source>
        <translation>Guarde el proyecto con otro nombre y abra una copia de seguridad si la tiene.</translation>
    </message>
    <message>
        <source>Show Details</source>
        <translation>Mostrar detalles</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>The meshes are here all the same.</source>
        <translation>Las mallas están de todos modos.</translation>
    </message>
    <message>
        <source>Later</source>
        <translation>Más tarde</translation>
    </message>
</context>
<context>
    <name>Models</name>
    <message>
        <source>By landmarks; the most accurate.</source>
        <translation>Por puntos faciales; el más exacto.</translation>
    </message>
    <message>
        <source>From the photo alone.</source>
        <translation>Solo a partir de la foto.</translation>
    </message>
    <message>
        <source>Finds landmarks too.</source>
        <translation>También encuentra los puntos faciales.</translation>
    </message>
    <message>
        <source>Finds the 68 landmarks that guide the others.</source>
        <translation>Encuentra los 68 puntos faciales que guían a los demás.</translation>
    </message>
    <message>
        <source>Gives numbers of a face model instead of a volume; to compare with.</source>
        <translation>Da números de un modelo de cara en lugar de un volumen; para comparar.</translation>
    </message>
    <message>
        <source>Landmarks</source>
        <translation>Puntos faciales</translation>
    </message>
    <message>
        <source>Parametric</source>
        <translation>Paramétrica</translation>
    </message>
    <message>
        <source>overlap {share}</source>
        <translation>coincidencia {share}</translation>
    </message>
    <message>
        <source>surface error {share}</source>
        <translation>error de superficie {share}</translation>
    </message>
    <message>
        <source>error before {share}</source>
        <translation>error antes {share}</translation>
    </message>
    <message>
        <source>after {share}</source>
        <translation>después {share}</translation>
    </message>
    <message>
        <source>landmark error {share}</source>
        <translation>error de puntos {share}</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>Nombre</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>Red</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Cifras</translation>
    </message>
    <message>
        <source>Made from</source>
        <translation>Hecho a partir de</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Estado</translation>
    </message>
    <message>
        <source>&amp;Use Now</source>
        <translation>&amp;Usar ahora</translation>
    </message>
    <message>
        <source>Photos are reconstructed by it until the window is closed</source>
        <translation>Las fotos se reconstruyen con él hasta que se cierre la ventana</translation>
    </message>
    <message>
        <source>Set as &amp;Default</source>
        <translation>Usar &amp;siempre</translation>
    </message>
    <message>
        <source>It reconstructs from now on, here and on the command line</source>
        <translation>Será el modelo predeterminado, aquí y en la línea de órdenes</translation>
    </message>
    <message>
        <source>&amp;Rename…</source>
        <translation>Cambiar &amp;nombre…</translation>
    </message>
    <message>
        <source>Give this model of yours another name</source>
        <translation>Dar otro nombre a este modelo suyo</translation>
    </message>
    <message>
        <source>De&amp;scribe…</source>
        <translation>&amp;Describir…</translation>
    </message>
    <message>
        <source>Say what this model of yours is for</source>
        <translation>Decir para qué sirve este modelo suyo</translation>
    </message>
    <message>
        <source>&amp;Export…</source>
        <translation>E&amp;xportar…</translation>
    </message>
    <message>
        <source>Save a copy to a file, for another machine or a friend</source>
        <translation>Guardar una copia en un archivo, para otro equipo o para otra persona</translation>
    </message>
    <message>
        <source>De&amp;lete…</source>
        <translation>&amp;Eliminar…</translation>
    </message>
    <message>
        <source>Delete this model of yours; asks first</source>
        <translation>Eliminar este modelo suyo; pregunta antes</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>Modelos</translation>
    </message>
    <message>
        <source>News</source>
        <translation>Novedades</translation>
    </message>
    <message>
        <source>&amp;Import…</source>
        <translation>&amp;Importar…</translation>
    </message>
    <message>
        <source>Add a model from a file, or drop the file onto this window</source>
        <translation>Añadir un modelo de un archivo, o suelte el archivo en esta ventana</translation>
    </message>
    <message>
        <source>Cannot be used</source>
        <translation>No se puede usar</translation>
    </message>
    <message>
        <source>A model file can be dropped here to add it.</source>
        <translation>Un archivo de modelo se puede soltar aquí para añadirlo.</translation>
    </message>
    <message>
        <source>Default</source>
        <translation>Predeterminado</translation>
    </message>
    <message>
        <source>In use</source>
        <translation>En uso</translation>
    </message>
    <message>
        <source>No description yet.</source>
        <translation>Aún sin descripción.</translation>
    </message>
    <message>
        <source>Ships with the program</source>
        <translation>Viene con el programa</translation>
    </message>
    <message>
        <source>added {when}</source>
        <translation>añadido el {when}</translation>
    </message>
    <message>
        <source>made from {base}</source>
        <translation>hecho a partir de {base}</translation>
    </message>
    <message>
        <source>Looking at the file…</source>
        <translation>Examinando el archivo…</translation>
    </message>
    <message>
        <source>Made by a model that is not here: {names}.</source>
        <translation>Hecho por un modelo que no está aquí: {names}.</translation>
    </message>
    <message>
        <source>The faces are as they were saved; Try Again takes {model}.</source>
        <translation>Las caras están como se guardaron; Reintentar usa {model}.</translation>
    </message>
    <message>
        <source>Models…</source>
        <translation>Modelos…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Cerrar</translation>
    </message>
    <message>
        <source>The default model “{gone}” is no longer there; {model} is used.</source>
        <translation>El modelo predeterminado «{gone}» ya no está; se usa {model}.</translation>
    </message>
    <message>
        <source>Photos are reconstructed by “{name}” now; Try Again (F5) redoes one.</source>
        <translation>Ahora las fotos se reconstruyen con «{name}»; Reintentar (F5) rehace una.</translation>
    </message>
    <message>
        <source>“{name}” is the default, here and on the command line.</source>
        <translation>«{name}» es el predeterminado, aquí y en la línea de órdenes.</translation>
    </message>
    <message>
        <source>Rename Model</source>
        <translation>Cambiar el nombre del modelo</translation>
    </message>
    <message>
        <source>Name:</source>
        <translation>Nombre:</translation>
    </message>
    <message>
        <source>“{name}” has its new name.</source>
        <translation>«{name}» ya tiene su nuevo nombre.</translation>
    </message>
    <message>
        <source>Describe Model</source>
        <translation>Describir el modelo</translation>
    </message>
    <message>
        <source>What it is for:</source>
        <translation>Para qué sirve:</translation>
    </message>
    <message>
        <source>The description is kept.</source>
        <translation>La descripción se ha guardado.</translation>
    </message>
    <message>
        <source>Export Model</source>
        <translation>Exportar el modelo</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>Se guardó {name}</translation>
    </message>
    <message>
        <source>Delete Model</source>
        <translation>Eliminar el modelo</translation>
    </message>
    <message>
        <source>Delete “{name}”?</source>
        <translation>¿Eliminar «{name}»?</translation>
    </message>
    <message>
        <source>This cannot be undone. Meshes made by it stay. Export it first to keep a copy.</source>
        <translation>Esto no se puede deshacer. Las mallas hechas con él se quedan. Expórtelo antes para conservar una copia.</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>Eliminar</translation>
    </message>
    <message>
        <source>“{name}” is deleted.</source>
        <translation>«{name}» se ha eliminado.</translation>
    </message>
    <message>
        <source>The default is {name} again.</source>
        <translation>El predeterminado vuelve a ser {name}.</translation>
    </message>
    <message>
        <source>Import Models</source>
        <translation>Importar modelos</translation>
    </message>
    <message>
        <source>“{name}” is among the models.</source>
        <translation>«{name}» está entre los modelos.</translation>
    </message>
</context>
<context>
    <name>Notice</name>
    <message>
        <source>Details…</source>
        <translation>Detalles…</translation>
    </message>
    <message>
        <source>See the report of this error, to copy and send</source>
        <translation>Ver el informe de este error, para copiarlo y enviarlo</translation>
    </message>
</context>
<context>
    <name>Numbers</name>
    <message>
        <source>{number}%</source>
        <translation>{number} %</translation>
    </message>
</context>
<context>
    <name>Pace</name>
    <message>
        <source>a few seconds left</source>
        <translation>quedan unos segundos</translation>
    </message>
    <message>
        <source>about {count} s left</source>
        <translation>quedan unos {count} s</translation>
    </message>
    <message>
        <source>about {count} min left</source>
        <translation>quedan unos {count} min</translation>
    </message>
    <message>
        <source>about an hour left</source>
        <translation>queda una hora más o menos</translation>
    </message>
    <message>
        <source>about {count} h left</source>
        <translation>quedan unas {count} h</translation>
    </message>
</context>
<context>
    <name>Photo</name>
    <message>
        <source>Drop a photo of a face here</source>
        <translation>Suelte aquí la foto de una cara</translation>
    </message>
    <message>
        <source>Or choose one. Drop a folder to work through all of its photos.</source>
        <translation>O elija una. Suelte una carpeta para procesar todas sus fotos.</translation>
    </message>
    <message>
        <source>Photo</source>
        <translation>Foto</translation>
    </message>
    <message>
        <source>This photo is missing</source>
        <translation>Falta esta foto</translation>
    </message>
    <message>
        <source>Its meshes are here all the same.</source>
        <translation>Sus mallas están de todos modos.</translation>
    </message>
    <message>
        <source>Nothing to show</source>
        <translation>Nada que mostrar</translation>
    </message>
    <message>
        <source>This file holds no picture to see.</source>
        <translation>Este archivo no contiene ninguna imagen.</translation>
    </message>
    <message>
        <source>Choose Photos…</source>
        <translation>Elegir fotos…</translation>
    </message>
    <message>
        <source>Try the Sample</source>
        <translation>Probar el ejemplo</translation>
    </message>
</context>
<context>
    <name>PhotoList</name>
    <message>
        <source>Working</source>
        <translation>En curso</translation>
    </message>
    <message>
        <source>Photo missing</source>
        <translation>Falta la foto</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Error</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>Detenida</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>En espera</translation>
    </message>
    <message>
        <source>Photos</source>
        <translation>Fotos</translation>
    </message>
</context>
<context>
    <name>Preferences</name>
    <message>
        <source>VRN-Guided – by landmarks, most accurate</source>
        <translation>VRN-Guided – con puntos faciales, la más precisa</translation>
    </message>
    <message>
        <source>VRN – from the photo alone</source>
        <translation>VRN – solo con la foto</translation>
    </message>
    <message>
        <source>VRN-Multitask – finds landmarks too</source>
        <translation>VRN-Multitask – también localiza los puntos</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automático</translation>
    </message>
    <message>
        <source>Processor (CPU)</source>
        <translation>Procesador (CPU)</translation>
    </message>
    <message>
        <source>NVIDIA graphics card (CUDA)</source>
        <translation>Tarjeta gráfica NVIDIA (CUDA)</translation>
    </message>
    <message>
        <source>Apple graphics (MPS)</source>
        <translation>Gráficos de Apple (MPS)</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Como el sistema</translation>
    </message>
    <message>
        <source>Another language is spoken when VRN Studio starts again.</source>
        <translation>El cambio de idioma se aplica la próxima vez que se abra VRN Studio.</translation>
    </message>
    <message>
        <source>Photos that were reconstructed stay as they are; Try Again (F5) redoes one.</source>
        <translation>Las fotos ya reconstruidas se quedan como están; Reintentar (F5) rehace una.</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Preferencias</translation>
    </message>
    <message>
        <source>It gives meshes their size; 63 mm is an adult&apos;s average.</source>
        <translation>Da a las mallas su tamaño; 63 mm es la media de un adulto.</translation>
    </message>
    <message>
        <source>Folder of photos</source>
        <translation>Carpeta de fotos</translation>
    </message>
    <message>
        <source>Folder of meshes</source>
        <translation>Carpeta de mallas</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Idioma</translation>
    </message>
    <message>
        <source>&amp;Network</source>
        <translation>&amp;Red</translation>
    </message>
    <message>
        <source>&amp;Compute on</source>
        <translation>&amp;Calcular en</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>&amp;Hilos</translation>
    </message>
    <message>
        <source>&amp;Distance of the eyes</source>
        <translation>&amp;Distancia entre los ojos</translation>
    </message>
    <message>
        <source>&amp;Export format</source>
        <translation>&amp;Formato de exportación</translation>
    </message>
    <message>
        <source>&amp;Photos from</source>
        <translation>F&amp;otos de</translation>
    </message>
    <message>
        <source>&amp;Meshes to</source>
        <translation>&amp;Mallas en</translation>
    </message>
    <message>
        <source>The last one used</source>
        <translation>La última usada</translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation>Elegir…</translation>
    </message>
</context>
<context>
    <name>Projects</name>
    <message>
        <source>Untitled</source>
        <translation>Sin título</translation>
    </message>
    <message>
        <source>{name} is open in another window{where}; choose another name</source>
        <translation>{name} está abierto en otra ventana{where}; elija otro nombre</translation>
    </message>
    <message>
        <source>{path} is not there any more</source>
        <translation>{path} ya no está</translation>
    </message>
    <message>
        <source>Opening {name}…</source>
        <translation>Abriendo {name}…</translation>
    </message>
    <message>
        <source>{name} (rescued)</source>
        <translation>{name} (rescatado)</translation>
    </message>
    <message>
        <source>Opened {name}</source>
        <translation>Se abrió {name}</translation>
    </message>
    <message>
        <source>{name} (copy)</source>
        <translation>{name} (copia)</translation>
    </message>
    <message>
        <source> on {computer}</source>
        <translation> en {computer}</translation>
    </message>
</context>
<context>
    <name>QShortcut</name>
    <message>
        <source>Ctrl</source>
        <translation>Ctrl</translation>
    </message>
    <message>
        <source>Shift</source>
        <translation>Mayús</translation>
    </message>
    <message>
        <source>Del</source>
        <translation>Supr</translation>
    </message>
    <message>
        <source>Esc</source>
        <translation>Esc</translation>
    </message>
</context>
<context>
    <name>Saving</name>
    <message>
        <source>Saving {name}…</source>
        <translation>Guardando {name}…</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>Se guardó {name}</translation>
    </message>
    <message>
        <source>The picture was copied</source>
        <translation>Se copió la imagen</translation>
    </message>
    <message>
        <source>The video was stopped; no file was written</source>
        <translation>Se detuvo el vídeo; no se escribió ningún archivo</translation>
    </message>
    <message>
        <source>The 3-D view is not there; there is no picture</source>
        <translation>No hay vista 3D; no hay imagen</translation>
    </message>
    <message>
        <source>Show in Folder</source>
        <translation>Mostrar en la carpeta</translation>
    </message>
</context>
<context>
    <name>Shortcuts</name>
    <message>
        <source>Photo: scroll to zoom, drag to move, double-click to fit.   Mesh: drag or arrows to turn, Shift-drag to move, scroll or + and - to zoom.   Measuring: Enter sets a point under the cross.</source>
        <translation>Foto: rueda para acercar, arrastrar para mover, doble clic para ajustar.   Malla: arrastrar o flechas para girar, Mayús y arrastrar para mover, rueda o + y - para acercar.   Medir: Intro marca un punto bajo la cruz.</translation>
    </message>
    <message>
        <source>Correcting: , and . choose a landmark, the arrows move it, with Shift far.   Drawing a box: the arrows move it, with Shift resize it, Enter takes it.   Esc ends.</source>
        <translation>Corregir: , y . eligen un punto, las flechas lo mueven, con Mayús más lejos.   Recuadro: las flechas lo mueven, con Mayús cambian su tamaño, Intro lo acepta.   Esc termina.</translation>
    </message>
</context>
<context>
    <name>Sliders</name>
    <message>
        <source>Mesh over photo</source>
        <translation>Malla sobre la foto</translation>
    </message>
    <message>
        <source>How much the mesh covers the photo</source>
        <translation>Cuánto cubre la malla a la foto</translation>
    </message>
    <message>
        <source>{tip}. Double-click to set it back to {value}.</source>
        <translation>{tip}. Doble clic para volver a {value}.</translation>
    </message>
    <message>
        <source>Iso level</source>
        <translation>Nivel iso</translation>
    </message>
    <message>
        <source>Probability of being inside at which the surface is taken</source>
        <translation>Probabilidad de estar dentro a la que se toma la superficie</translation>
    </message>
    <message>
        <source>Smoothing</source>
        <translation>Suavizado</translation>
    </message>
    <message>
        <source>How many times the surface is smoothed</source>
        <translation>Cuántas veces se suaviza la superficie</translation>
    </message>
    <message>
        <source>Triangles</source>
        <translation>Triángulos</translation>
    </message>
    <message>
        <source>How many triangles the mesh has at most</source>
        <translation>Cuántos triángulos tiene la malla como mucho</translation>
    </message>
</context>
<context>
    <name>StatusStrip</name>
    <message>
        <source>More about the news</source>
        <translation>Más sobre el aviso</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Progreso</translation>
    </message>
</context>
<context>
    <name>Steps</name>
    <message>
        <source>Adjust Surface</source>
        <translation>Ajustar superficie</translation>
    </message>
    <message>
        <source>Draw Face Box</source>
        <translation>Dibujar recuadro</translation>
    </message>
    <message>
        <source>Move Landmarks</source>
        <translation>Mover puntos</translation>
    </message>
    <message>
        <source>Remove {photo}</source>
        <translation>Quitar {photo}</translation>
    </message>
</context>
<context>
    <name>Studio</name>
    <message>
        <source>There is no image or photo file on the clipboard. Copy one first.</source>
        <translation>No hay ninguna imagen ni archivo de foto en el portapapeles. Copie uno antes.</translation>
    </message>
    <message>
        <source>Undo {what}</source>
        <translation>Deshacer: {what}</translation>
    </message>
    <message>
        <source>Redo {what}</source>
        <translation>Rehacer: {what}</translation>
    </message>
    <message>
        <source>None yet</source>
        <translation>Ninguno todavía</translation>
    </message>
    <message>
        <source>Clear This List</source>
        <translation>Vaciar esta lista</translation>
    </message>
</context>
<context>
    <name>Training</name>
    <message>
        <source>Folder of Trainings</source>
        <translation>Carpeta de entrenamientos</translation>
    </message>
    <message>
        <source>Saved {name}</source>
        <translation>Se guardó {name}</translation>
    </message>
    <message>
        <source>Scroll to zoom, drag to move, double-click to fit</source>
        <translation>Gire la rueda para ampliar, arrastre para mover, haga doble clic para ajustar</translation>
    </message>
    <message>
        <source>Logarithmic loss</source>
        <translation>Pérdida logarítmica</translation>
    </message>
    <message>
        <source>Draw the loss so that small changes late are seen as well</source>
        <translation>Dibujar la pérdida de modo que también se vean los cambios pequeños del final</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Ajustar</translation>
    </message>
    <message>
        <source>Show the whole curves</source>
        <translation>Mostrar las curvas enteras</translation>
    </message>
    <message>
        <source>Save Picture…</source>
        <translation>Guardar imagen…</translation>
    </message>
    <message>
        <source>Save the curves as PNG</source>
        <translation>Guardar las curvas como PNG</translation>
    </message>
    <message>
        <source>Save Table…</source>
        <translation>Guardar tabla…</translation>
    </message>
    <message>
        <source>Save the figures as CSV, for spreadsheets</source>
        <translation>Guardar las cifras como CSV, para hojas de cálculo</translation>
    </message>
    <message>
        <source>Step</source>
        <translation>Paso</translation>
    </message>
    <message>
        <source>Point at the curves to read them off</source>
        <translation>Apunte a las curvas para leer sus valores</translation>
    </message>
    <message>
        <source>Step {step}</source>
        <translation>Paso {step}</translation>
    </message>
    <message>
        <source>Time left</source>
        <translation>Tiempo restante</translation>
    </message>
    <message>
        <source>Samples a second</source>
        <translation>Muestras por segundo</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Tasa de aprendizaje</translation>
    </message>
    <message>
        <source>IoU, validation</source>
        <translation>IoU, validación</translation>
    </message>
    <message>
        <source>NME, validation</source>
        <translation>NME, validación</translation>
    </message>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>Memoria</translation>
    </message>
    <message>
        <source>GPU</source>
        <translation>GPU</translation>
    </message>
    <message>
        <source>GPU memory</source>
        <translation>Memoria de la GPU</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Cifras</translation>
    </message>
    <message>
        <source>{step} of {steps}</source>
        <translation>{step} de {steps}</translation>
    </message>
    <message>
        <source>{used} of {total}</source>
        <translation>{used} de {total}</translation>
    </message>
    <message>
        <source>{number} GB</source>
        <translation>{number} GB</translation>
    </message>
    <message>
        <source>Trainings</source>
        <translation>Entrenamientos</translation>
    </message>
    <message>
        <source>Choose Folder…</source>
        <translation>Elegir carpeta…</translation>
    </message>
    <message>
        <source>Look at the trainings in another folder</source>
        <translation>Ver los entrenamientos de otra carpeta</translation>
    </message>
    <message>
        <source>There is no training in {folder}. Start one, or choose the folder that holds yours.</source>
        <translation>No hay ningún entrenamiento en {folder}. Inicie uno o elija la carpeta que contiene los suyos.</translation>
    </message>
    <message>
        <source>What the network makes of people is shown here after the next validation.</source>
        <translation>Lo que la red hace de las personas se muestra aquí después de la próxima validación.</translation>
    </message>
    <message>
        <source>This training left no meshes of people to look at.</source>
        <translation>Este entrenamiento no dejó mallas de personas que mirar.</translation>
    </message>
    <message>
        <source>Drag to turn</source>
        <translation>Arrastre para girar</translation>
    </message>
    <message>
        <source>No surface yet</source>
        <translation>Aún sin superficie</translation>
    </message>
    <message>
        <source>Validation People</source>
        <translation>Personas de validación</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>Pausar</translation>
    </message>
    <message>
        <source>Write a checkpoint and wait; nothing is lost</source>
        <translation>Escribir un punto de control y esperar; no se pierde nada</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>Reanudar</translation>
    </message>
    <message>
        <source>Go on where it stopped</source>
        <translation>Continuar donde se detuvo</translation>
    </message>
    <message>
        <source>Stop after Validation</source>
        <translation>Detener tras la validación</translation>
    </message>
    <message>
        <source>Go on to the next validation, then stop</source>
        <translation>Continuar hasta la próxima validación y detenerse</translation>
    </message>
    <message>
        <source>See the Result</source>
        <translation>Ver el resultado</translation>
    </message>
    <message>
        <source>Compare before and after, then keep the model or not</source>
        <translation>Comparar antes y después; luego conservar el modelo o no</translation>
    </message>
    <message>
        <source>Stop Now</source>
        <translation>Detener ahora</translation>
    </message>
    <message>
        <source>Write a checkpoint and end; it can be resumed later</source>
        <translation>Escribir un punto de control y terminar; podrá reanudarse después</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Registro</translation>
    </message>
    <message>
        <source>No training yet</source>
        <translation>Aún no hay entrenamientos</translation>
    </message>
    <message>
        <source>Start one with vrn train. It is a process of its own and goes on when this window is closed.</source>
        <translation>Inicie uno con vrn train. Es un proceso propio y continúa cuando se cierra esta ventana.</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Entrenando</translation>
    </message>
    <message>
        <source>Paused</source>
        <translation>En pausa</translation>
    </message>
    <message>
        <source>Stopped; can be resumed</source>
        <translation>Detenido; se puede reanudar</translation>
    </message>
    <message>
        <source>Finished</source>
        <translation>Terminado</translation>
    </message>
    <message>
        <source>Not begun</source>
        <translation>Sin empezar</translation>
    </message>
    <message>
        <source>Pausing…</source>
        <translation>Pausando…</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Deteniendo…</translation>
    </message>
    <message>
        <source>Training; stops after the next validation</source>
        <translation>Entrenando; se detiene tras la próxima validación</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Pérdida</translation>
    </message>
    <message>
        <source>IoU</source>
        <translation>IoU</translation>
    </message>
    <message>
        <source>NME</source>
        <translation>NME</translation>
    </message>
    <message>
        <source>training</source>
        <translation>entrenamiento</translation>
    </message>
    <message>
        <source>validation</source>
        <translation>validación</translation>
    </message>
</context>
<context>
    <name>Workflow</name>
    <message>
        <source>Ready</source>
        <translation>Listo</translation>
    </message>
    <message>
        <source>There is no photo in this folder. Try one with JPEG or PNG.</source>
        <translation>No hay ninguna foto en esta carpeta. Pruebe con una que tenga JPEG o PNG.</translation>
    </message>
    <message>
        <source>Pasted image</source>
        <translation>Imagen pegada</translation>
    </message>
    <message>
        <source>Getting ready…</source>
        <translation>Preparando…</translation>
    </message>
    <message>
        <source>Photo {number} of {total}: {words}</source>
        <translation>Foto {number} de {total}: {words}</translation>
    </message>
    <message>
        <source>The mesh was not changed</source>
        <translation>La malla no ha cambiado</translation>
    </message>
    <message>
        <source>The work was stopped before the mesh was made anew.</source>
        <translation>El trabajo se detuvo antes de crear la malla de nuevo.</translation>
    </message>
</context>
</TS>
