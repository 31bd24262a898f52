// `npm run synth [-- <system> …]`: builds every system and writes its templates, for each of its environments, and has
// cfn-lint read them where it is installed. Exit codes: 0 good, 1 something can't be built or is refused, 2 bad input.
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { formatDuration, systemClock } from '@terrace/kit'

const ROOT = join(import.meta.dirname, '..')
const SYSTEMS = join(ROOT, 'systems')
const BUILT = join(ROOT, '.build/synth')

interface Variant {
  readonly system: string
  /** Absent: the system has but one. */
  readonly environment?: string
}

const variants = variantsOf(process.argv.slice(2))
// One after the other: those of one system share what is built for them.
const templates: string[] = []
let good = true
for (const variant of variants) {
  const found = await synthesize(variant)
  good &&= found.length > 0
  templates.push(...found)
}
if (templates.length > 0) good = lint(templates) && good
process.exitCode = good ? 0 : 1

function variantsOf(wanted: readonly string[]): readonly Variant[] {
  const all = readdirSync(SYSTEMS).filter(system => existsSync(join(SYSTEMS, system, 'app.ts')))
  const unknown = wanted.filter(system => !all.includes(system))
  if (unknown.length > 0) {
    console.error(`there is no system ${unknown.join(', ')}; give some of ${all.join(', ')}, or none for all`)
    process.exit(2)
  }
  const systems = wanted.length > 0 ? wanted : all
  return systems.flatMap((system): readonly Variant[] => {
    const names = environmentsOf(system)
    return names.length === 0 ? [{ system }] : names.map(environment => ({ system, environment }))
  })
}

/** A system has a file for each of its environments, beside the one that says what an environment is. */
function environmentsOf(system: string): readonly string[] {
  const folder = join(SYSTEMS, system, 'environments')
  if (!existsSync(folder)) return []
  return readdirSync(folder).flatMap(file => {
    const name = /^([a-z]+)\.ts$/.exec(file)?.[1]
    return name === undefined || name === 'index' || name === 'environment' ? [] : [name]
  })
}

/** @returns the templates; none when it failed */
async function synthesize({ system, environment }: Variant): Promise<readonly string[]> {
  const name = environment === undefined ? system : `${system} ${environment}`
  const folder = join(BUILT, name.replace(' ', '-'))
  rmSync(folder, { recursive: true, force: true })
  const begun = systemClock.now()
  const context = environment === undefined ? {} : { CDK_CONTEXT_JSON: JSON.stringify({ environment }) }
  const child = spawn(process.execPath, ['app.ts'], {
    cwd: join(SYSTEMS, system),
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...context, CDK_OUTDIR: folder },
  })
  const isGood = await new Promise<boolean>(resolve => {
    child.once('error', () => resolve(false))
    child.once('close', code => resolve(code === 0))
  })
  console.log(`${isGood ? '✓' : '✗'} ${name}  ${formatDuration(systemClock.now() - begun)}`)
  if (!isGood) return []
  return readdirSync(folder)
    .filter(file => file.endsWith('.template.json'))
    .map(file => join(folder, file))
}

function lint(files: readonly string[]): boolean {
  if (spawnSync('cfn-lint', ['--version']).status !== 0) {
    const isDeciding = process.env.CI === 'true'
    console.log(`${isDeciding ? '✗' : '–'} cfn-lint is not installed: pip install cfn-lint`)
    return !isDeciding
  }
  const { status, stdout } = spawnSync('cfn-lint', ['--non-zero-exit-code', 'error', '--', ...files], {
    encoding: 'utf8',
  })
  console.log(`${status === 0 ? '✓' : '✗'} cfn-lint, ${files.length} templates`)
  if (status !== 0)
    console.log(
      stdout
        .split(/\n(?=[EW]\d)/)
        .filter(finding => finding.startsWith('E'))
        .join('\n'),
    )
  return status === 0
}
