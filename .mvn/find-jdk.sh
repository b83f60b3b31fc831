# Finds an installed Java 21 or newer: sets and exports JAVA_HOME, and sets java_version to its first number.
# Sourced by `mvnw` and `serai` (POSIX sh); lib/find-jdk.sh in the distribution. Set find_jdk_needs to a program of its bin folder, `java` or `javac`, before.
# Takes JAVA_HOME or the java on the PATH if it is new enough, else the newest Java of the usual places.

# Sets version to the first number of the version of the Java in folder $1, or to 0 if there is none.
read_java_version() {
  version=0
  [ -x "$1/bin/$find_jdk_needs" ] && [ -x "$1/bin/java" ] || return 0
  if [ -r "$1/release" ]; then
    while IFS='="' read -r key _ value _; do
      [ "$key" != JAVA_VERSION ] || version=$value
    done < "$1/release"
  else
    version=$("$1/bin/java" -version 2>&1 | sed -n 's/.* version "\([^"]*\)".*/\1/p')
  fi
  version=${version%%[!0-9]*}
  : "${version:=0}"
}

find_jdk() {
  user_home=${HOME:-/nonexistent}
  java_version=0
  on_path=$(command -v java) && on_path=$(readlink -f "$on_path" 2>/dev/null || echo "$on_path")
  for jdk in "${JAVA_HOME:-}" "${on_path%/bin/java}"; do
    read_java_version "$jdk"
    if [ "$version" -ge 21 ]; then
      java_version=$version JAVA_HOME=$jdk
      return 0
    fi
  done
  for jdk in \
    /usr/lib/jvm/* /usr/java/* /usr/local/lib/jvm/* /opt/* /opt/java/* \
    "$user_home"/.sdkman/candidates/java/* "$user_home"/.jdks/* "$user_home"/.asdf/installs/java/* \
    "$user_home"/.local/share/mise/installs/java/* \
    /Library/Java/JavaVirtualMachines/*/Contents/Home "$user_home"/Library/Java/JavaVirtualMachines/*/Contents/Home \
    /opt/homebrew/opt/openjdk*/libexec/openjdk.jdk/Contents/Home /usr/local/opt/openjdk*/libexec/openjdk.jdk/Contents/Home; do
    read_java_version "$jdk"
    if [ "$version" -ge 21 ] && [ "$version" -gt "$java_version" ]; then
      java_version=$version found=$jdk
    fi
  done
  [ "$java_version" -eq 0 ] || JAVA_HOME=$found
}

find_jdk
if [ "$java_version" -eq 0 ]; then
  echo "Found no Java 21 or newer (JAVA_HOME, PATH, the usual folders). Install a JDK 21 or newer," \
    "for example with your system's package manager, or set JAVA_HOME to one." >&2
  exit 1
fi
export JAVA_HOME
