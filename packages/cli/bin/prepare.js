// Run by `npm ci`: compiles what `terrace up` loads, once. A first start would otherwise load a compiler of TypeScript
// into its own process, which takes a second, and some 20 MB for as long as the system runs.
import { readdirSync } from 'node:fs'
import { isNodeNewEnough, keepCompiledCode } from './surroundings.js'

const AT_ONCE = ['../src/main.ts', '../../cloud/src/index.ts', '../../loader/src/index.ts']
/** Threads have loaders of their own; in this one their modules do nothing. */
const IN_THREADS = ['../../cloud/src/dataplane/worker.ts', '../../cloud/src/network/relay/worker.ts']
/** Loaded when they are asked for. */
const ON_DEMAND = [
  '../../cloud/src/certificates/make.ts',
  '../../cloud/src/services/rds/mariadb/member.ts',
  '../../cloud/src/services/rds/postgres/member.ts',
  ...entriesOf('../src/commands/', /^[a-z]+\.ts$/),
  ...entriesOf('../../cloud/src/services/', /^[a-z0-9]+$/),
]

if (isNodeNewEnough()) {
  keepCompiledCode()
  // What can't be loaded is said by whoever needs it.
  for (const source of [...AT_ONCE, ...IN_THREADS, ...ON_DEMAND]) await import(source).catch(() => {})
}
// What the modules have opened must not keep the installation waiting.
process.exit(0)

/** The modules of a folder, and the `index.ts` of its folders, as far as they are called so. */
function entriesOf(path, wanted) {
  const entries = readdirSync(new URL(path, import.meta.url), { withFileTypes: true })
  return entries
    .filter(({ name }) => wanted.test(name))
    .map(entry => path + (entry.isDirectory() ? `${entry.name}/index.ts` : entry.name))
}
