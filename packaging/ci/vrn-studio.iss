; The installer for Windows, for Inno Setup 6; it was never run. See docs/packaging.md.
; ISCC /DVersion=0.1.0 packaging\ci\vrn-studio.iss, after make package has built dist\vrn-studio.

#ifndef Version
  #error Name the version: /DVersion=0.1.0
#endif
#define Root SourcePath + "..\.."

[Setup]
AppId={{6B0C2B5E-6B0C-4F0E-9C55-5C8E6B7F6A51}
AppName=VRN Studio
AppVersion={#Version}
AppVerName=VRN Studio {#Version}
DefaultDirName={autopf}\VRN Studio
DisableProgramGroupPage=yes
; For one user, without rights of the administrator; who has them may choose all users.
PrivilegesRequired=lowest
PrivilegesRequiredOverridesAllowed=dialog
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
ChangesAssociations=yes
CloseApplications=yes
Compression=lzma2
SolidCompression=yes
LicenseFile={#Root}\LICENSE
OutputDir={#Root}\dist
OutputBaseFilename=vrn-studio-{#Version}-windows-x86_64-setup
UninstallDisplayIcon={app}\vrn-studio.exe

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"
Name: "es"; MessagesFile: "compiler:Languages\Spanish.isl"

[Files]
Source: "{#Root}\dist\vrn-studio\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[InstallDelete]
; Libraries of an older version must not stay among those of the new one.
Type: filesandordirs; Name: "{app}\_internal"

[Icons]
Name: "{autoprograms}\VRN Studio"; Filename: "{app}\vrn-studio.exe"

[Registry]
; The type of project files.
Root: HKA; Subkey: "Software\Classes\.vrn\OpenWithProgids"; ValueType: string; ValueName: "VRNStudio.Project"; ValueData: ""; Flags: uninsdeletevalue
Root: HKA; Subkey: "Software\Classes\VRNStudio.Project"; ValueType: string; ValueData: "VRN Studio project"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\VRNStudio.Project\DefaultIcon"; ValueType: string; ValueData: "{app}\vrn-studio.exe,0"
Root: HKA; Subkey: "Software\Classes\VRNStudio.Project\shell\open\command"; ValueType: string; ValueData: """{app}\vrn-studio.exe"" ""%1"""
; "Open with" on photos, without becoming their program.
Root: HKA; Subkey: "Software\Classes\Applications\vrn-studio.exe"; ValueType: string; ValueName: "FriendlyAppName"; ValueData: "VRN Studio"; Flags: uninsdeletekey
Root: HKA; Subkey: "Software\Classes\Applications\vrn-studio.exe\shell\open\command"; ValueType: string; ValueData: """{app}\vrn-studio.exe"" ""%1"""
Root: HKA; Subkey: "Software\Classes\Applications\vrn-studio.exe\SupportedTypes"; ValueType: string; ValueName: ".jpg"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\vrn-studio.exe\SupportedTypes"; ValueType: string; ValueName: ".jpeg"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\vrn-studio.exe\SupportedTypes"; ValueType: string; ValueName: ".png"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\vrn-studio.exe\SupportedTypes"; ValueType: string; ValueName: ".webp"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\vrn-studio.exe\SupportedTypes"; ValueType: string; ValueName: ".tif"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\vrn-studio.exe\SupportedTypes"; ValueType: string; ValueName: ".tiff"; ValueData: ""
Root: HKA; Subkey: "Software\Classes\Applications\vrn-studio.exe\SupportedTypes"; ValueType: string; ValueName: ".bmp"; ValueData: ""

[Run]
Filename: "{app}\vrn-studio.exe"; Description: "{cm:LaunchProgram,VRN Studio}"; Flags: nowait postinstall skipifsilent
