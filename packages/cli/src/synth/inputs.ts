import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

/** Folders whose content doesn't go into a synthesis, or comes out of it. */
const IGNORED_FOLDERS = new Set([
  'node_modules',
  'dist',
  'cdk.out',
  'coverage',
  'test',
  'tests',
  '__tests__',
  '.build',
  '.git',
  '.terrace',
])
const IGNORED_FILES = /\.(test|spec|test-d)\.[cm]?[jt]sx?$|\.log$|^\.DS_Store$/

/** Files of the project's root that a build reads. */
const ROOT_FILES =
  /^(package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lock|tsconfig.*\.json)$/

/**
 * The hash of everything a CDK app is made of: its directory, the workspace packages it depends on (and theirs), the
 * project's lockfile and compiler settings, and `more` (context, Node version, …). Two equal hashes give the same
 * assembly; packages from a registry are covered by the lockfile.
 */
export function hashInputs(app: string, project: string, more: unknown): string {
  const hash = createHash('sha256').update(JSON.stringify(more))
  const add = (file: string) => {
    const content = readFileSync(file)
    hash.update(`\0${relative(project, file)}\0${content.length}\0`).update(content)
  }
  for (const name of readdirSync(project).filter(name => ROOT_FILES.test(name))) add(join(project, name))
  for (const folder of [app, ...workspacePackagesOf(app)]) for (const file of filesOf(folder)) add(file)
  return hash.digest('hex')
}

/** Every file below a folder that counts, in a fixed order. */
export function filesOf(folder: string): readonly string[] {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap(entry => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return IGNORED_FOLDERS.has(entry.name) ? [] : filesOf(path)
    if (IGNORED_FILES.test(entry.name)) return []
    return entry.isFile() || (entry.isSymbolicLink() && isFile(path)) ? [path] : []
  })
}

/** The directories of the workspace packages that a package depends on, directly or through others. */
export function workspacePackagesOf(folder: string): readonly string[] {
  const found = new Set<string>()
  const visit = (from: string) => {
    for (const name of dependenciesOf(from)) {
      const directory = installed(name, from)
      if (directory === undefined || directory.includes(`${sep}node_modules${sep}`) || found.has(directory)) continue
      found.add(directory)
      visit(directory)
    }
  }
  visit(realpathSync(folder))
  return [...found].sort()
}

function dependenciesOf(folder: string): readonly string[] {
  const file = join(folder, 'package.json')
  if (!existsSync(file)) return []
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(file, 'utf8'))
    return Object.keys({ ...devDependencies, ...dependencies })
  } catch {
    // The app itself will say what is wrong with its package.json; the file is hashed like any other.
    return []
  }
}

/** Where a dependency really is, found as Node finds it. */
function installed(name: string, from: string): string | undefined {
  for (let here = from; ; here = dirname(here)) {
    const candidate = join(here, 'node_modules', name)
    if (existsSync(candidate)) return realpathSync(candidate)
    if (here === dirname(here)) return undefined
  }
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
