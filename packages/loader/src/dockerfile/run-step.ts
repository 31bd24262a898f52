/** Operating system packages that Node.js programs are content without: they run on what this machine has. */
const PACKAGES = new Set([
  'apt-transport-https',
  'bash',
  'build-base',
  'build-essential',
  'ca-certificates',
  'curl',
  'dumb-init',
  'g++',
  'gcc',
  'git',
  'gnupg',
  'libc6-compat',
  'make',
  'openssl',
  'procps',
  'python3',
  'tini',
  'tzdata',
  'wget',
])

const SYSTEM_INSTALL = /^(?:apt-get|apt|apk|dnf|microdnf|yum)\s+(?:-\S+\s+)*(?:install|add)\s+(.*)$/

// Installs of Node packages, and the tidying around them: here modules are found where Node.js looks for them, from the
// directory that the program runs in upwards.
const HARMLESS: readonly RegExp[] = [
  /^$/,
  /^(?:npm|pnpm)\s+(?:ci|i|install|prune|fund|audit|config\s+set|cache\s+clean)\b(?!.*\s(?:-g|--global)\b)/,
  /^yarn(?:\s+(?:install|cache\s+clean|config\s+set)\b|$|\s+--)/,
  /^corepack\s+(?:enable|prepare)\b/,
  /^(?:npm|pnpm)\s+(?:i|install)\s+(?:-g|--global)\s+(?:npm|pnpm|yarn)(?:@\S+)?$/,
  /^(?:apt-get|apt|apk|dnf|microdnf|yum)\s+(?:-\S+\s+)*(?:update|upgrade|clean|autoremove|purge|cache|del|remove)\b/,
  /^(?:set|umask)\s/,
  /^(?:mkdir|chown|chmod|touch)\s/,
  /^rm\s+(?:-\S+\s+)*(?:\/var\/(?:lib\/apt|cache)|\/tmp|\/root\/\.npm|~\/\.npm)/,
  /^(?:adduser|addgroup|useradd|groupadd|usermod)\s/,
  /^ln\s+-sf?\s+\/dev\/std(?:out|err)\s/,
  /^(?:true|node\s+(?:-v|--version)|npm\s+(?:-v|--version))$/,
]

/**
 * The commands of a `RUN` that would make or change files in a way that is not done here; empty when what follows can
 * run without them.
 */
export function unmadeBy(script: string): readonly string[] {
  return script
    .split(/&&|\|\||;|\n/)
    .map(command => command.trim().replace(/\s+/g, ' '))
    .filter(command => !isHarmless(command))
}

function isHarmless(command: string): boolean {
  const [, packages] = SYSTEM_INSTALL.exec(command) ?? []
  if (packages === undefined) return HARMLESS.some(form => form.test(command))
  return packages.split(' ').every(name => name.startsWith('-') || PACKAGES.has(name.replace(/=.*$/, '')))
}
