@echo off
rem Runs lrp4j on Windows: builds the project on first use, then starts it. Needs a JDK 25 in LRP4J_JAVA_HOME or JAVA_HOME.
rem After a change of the sources, delete cli\target\launcher to build again.
setlocal
set "ROOT=%~dp0"
set "OUT=%ROOT%cli\target\launcher"
set "JDK=%JAVA_HOME%"
if defined LRP4J_JAVA_HOME set "JDK=%LRP4J_JAVA_HOME%"
if not defined JDK goto :nojdk
if not exist "%JDK%\bin\javac.exe" goto :nojdk
findstr /b /r /c:"JAVA_VERSION=.25[.+-]" /c:"JAVA_VERSION=.25.$" "%JDK%\release" >nul 2>&1 || goto :nojdk

if exist "%OUT%\built" goto :run
if not exist "%OUT%" mkdir "%OUT%"
echo lrp4j: building on first use, this takes a few minutes (log: %OUT%\build.log) 1>&2
set "JAVA_HOME=%JDK%"
pushd "%ROOT%"
call "%ROOT%mvnw.cmd" -B -pl cli -am -Dlauncher -Djacoco.skip=true process-classes >"%OUT%\build.log" 2>&1
if errorlevel 1 (
    popd
    echo lrp4j: the build failed; its log is %OUT%\build.log 1>&2
    exit /b 1
)
popd
echo. >"%OUT%\built"

:run
for /f "usebackq delims=" %%c in ("%OUT%\classpath") do set "CLASSES=%%c"
"%JDK%\bin\java.exe" --add-modules jdk.incubator.vector --enable-native-access=ALL-UNNAMED -XX:+UseParallelGC -XX:MaxRAMPercentage=70 -XX:MetaspaceSize=128m -Djava.awt.headless=true %LRP4J_JAVA_OPTS% -cp "%ROOT%cli\target\classes;%CLASSES%" io.github.lrp4j.cli.Lrp4j %*
exit /b %errorlevel%

:nojdk
echo lrp4j: no JDK 25 found: set LRP4J_JAVA_HOME or JAVA_HOME to one, such as Temurin 25 from https://adoptium.net 1>&2
exit /b 2
