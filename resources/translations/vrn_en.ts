<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Counts</name>
    <message numerus="yes">
        <source>%n photo(s)</source>
        <translation>
            <numerusform>%n photo</numerusform>
            <numerusform>%n photos</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n face(s)</source>
        <translation>
            <numerusform>%n face</numerusform>
            <numerusform>%n faces</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Fused (%n photo(s))</source>
        <translation>
            <numerusform>Fused (%n photo)</numerusform>
            <numerusform>Fused (%n photos)</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) were fused into one mesh</source>
        <translation>
            <numerusform>%n photo was fused into one mesh</numerusform>
            <numerusform>%n photos were fused into one mesh</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) not there; try another folder</source>
        <translation>
            <numerusform>%n photo is not there; try another folder</numerusform>
            <numerusform>%n photos are not there; try another folder</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n photo(s) not where the project says.</source>
        <translation>
            <numerusform>A photo is not where the project says.</numerusform>
            <numerusform>%n photos are not where the project says.</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saved {name} without %n photo(s), such as {photo}: no file</source>
        <translation>
            <numerusform>Saved {name} without {photo}, whose file is gone</numerusform>
            <numerusform>Saved {name} without %n photos whose files are gone, such as {photo}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saving %n mesh(es)…</source>
        <translation>
            <numerusform>Saving %n mesh…</numerusform>
            <numerusform>Saving %n meshes…</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Saved %n mesh(es)</source>
        <translation>
            <numerusform>Saved %n mesh</numerusform>
            <numerusform>Saved %n meshes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Drop to add %n file(s)</source>
        <translation>
            <numerusform>Drop to add %n file</numerusform>
            <numerusform>Drop to add %n files</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Paused: {done} of %n photo(s) done</source>
        <translation>
            <numerusform>Paused: {done} of %n photo done</numerusform>
            <numerusform>Paused: {done} of %n photos done</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n without a mesh</source>
        <translation>
            <numerusform>%n without a mesh</numerusform>
            <numerusform>%n without a mesh</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n face(s) of this photo</source>
        <translation>
            <numerusform>The face of this photo</numerusform>
            <numerusform>All %n faces of this photo</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n face(s) of the list</source>
        <translation>
            <numerusform>The face of the list</numerusform>
            <numerusform>All %n faces of the list</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) will be replaced</source>
        <translation>
            <numerusform>%n file will be replaced</numerusform>
            <numerusform>%n files will be replaced</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n quad(s)</source>
        <translation>
            <numerusform>%n quad</numerusform>
            <numerusform>%n quads</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n triangle(s)</source>
        <translation>
            <numerusform>%n triangle</numerusform>
            <numerusform>%n triangles</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n expression(s)</source>
        <translation>
            <numerusform>%n expression</numerusform>
            <numerusform>%n expressions</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Exported %n mesh(es)</source>
        <translation>
            <numerusform>Exported %n mesh</numerusform>
            <numerusform>Exported %n meshes</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them as reconstructed, without quads</source>
        <translation>
            <numerusform>%n of them as reconstructed, without quads</numerusform>
            <numerusform>%n of them as reconstructed, without quads</numerusform>
        </translation>
    </message>
</context>
</TS>
