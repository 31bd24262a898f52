// `npm run setup`: installs the servers and the browser that some tests need, by the machine's own package manager.
// What is there already is left alone, so that it may be run as often as one likes. With `--all` also what one otherwise
// installs by hand: programs of Python, by pipx where it is there.
import { spawnSync } from 'node:child_process'
import { missingTools } from './tools.ts'

const missing = missingTools()
const wanted = missing.flatMap(({ name, install }) => (install.by === 'setup' ? [{ name, install }] : []))
const byHand = missing.flatMap(({ name, install }) => (install.by === 'hand' ? [{ name, install }] : []))

if (wanted.length === 0) console.log('the servers, the browser and visudo are there: nothing to install')
else installAll()
for (const { name, install } of byHand) {
  if (process.argv.includes('--all')) {
    execute((exists('pipx') ? install.command.replace(/^pip /, 'pipx ') : install.command).split(' '))
    continue
  }
  console.log(`${name} is not there; tests that need it are skipped. To get it: ${install.command}`)
}

function installAll(): void {
  console.log(`to install: ${wanted.map(({ name }) => name).join(', ')}`)
  if (exists('apt-get')) {
    const packages = wanted.flatMap(({ install }) => install.apt)
    const root = process.getuid?.() === 0 ? [] : ['sudo']
    execute([...root, 'apt-get', 'update'])
    execute([...root, 'apt-get', 'install', '-y', '--no-install-recommends', ...packages])
    console.log('The servers may have been started as services, which Terrace does not need; to stop them:')
    console.log('  systemctl disable --now mariadb nginx postgresql')
  } else if (exists('brew')) {
    for (const formula of wanted.flatMap(({ install }) => install.brew)) {
      execute(['brew', 'install', ...formula.split(' ')])
    }
  } else {
    console.error(
      'neither apt-get nor brew is on this machine: install them in the way of your system, then run npm test',
    )
    process.exit(2)
  }
}

function exists(program: string): boolean {
  return spawnSync(program, ['--version'], { stdio: 'ignore' }).error === undefined
}

function execute([file = '', ...words]: readonly string[]): void {
  console.log(`$ ${[file, ...words].join(' ')}`)
  const { status, error } = spawnSync(file, words, {
    stdio: 'inherit',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (error === undefined && status === 0) return
  console.error(
    `that failed${error ? `: ${error.message}` : ` with exit code ${status}`}; nothing further is installed`,
  )
  process.exit(1)
}
