import { execFile } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, delimiter, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

const ROOT = join(import.meta.dirname, '../..')
const SERVICES = 'packages/cloud/src/services'
const PACKAGES = ['kit', 'model', 'control', 'cloud']
const COPIED = [
  ...['.gitignore', 'biome.json', 'package.json', 'tsconfig.base.json', 'vitest.config.ts'],
  ...['scripts/lint', 'scripts/new'],
  ...PACKAGES.map(name => `packages/${name}`),
]

let folder: string
/** As much of the project as the command, the compiler, the linter and the new service's tests look at. */
let project: string

beforeAll(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'terrace-new-')))
  project = join(folder, 'project')
  for (const path of COPIED) cpSync(join(ROOT, path), join(project, path), { recursive: true, filter: isNeeded })
  // What comes from elsewhere is found above the project, and the project's own packages inside of it.
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  mkdirSync(join(project, 'node_modules/@terrace'), { recursive: true })
  symlinkSync(join(ROOT, 'node_modules/.bin'), join(project, 'node_modules/.bin'))
  for (const name of PACKAGES) {
    symlinkSync(join(project, 'packages', name), join(project, 'node_modules/@terrace', name))
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** The tests of others say nothing about what is new. */
const isNeeded = (path: string) => !path.endsWith('.test.ts') || basename(path) === 'hello.test.ts'

interface Result {
  readonly code: unknown
  readonly output: string
  readonly errors: string
}

/** Runs a program in the copy, on the Node of this process. */
function run(program: string, ...words: readonly string[]): Promise<Result> {
  const PATH = [dirname(process.execPath), process.env.PATH].join(delimiter)
  return new Promise(resolve => {
    const options = { cwd: project, env: { PATH, NO_COLOR: '1' }, maxBuffer: 64_000_000 }
    execFile(program, words, options, (error, output, errors) => resolve({ code: error?.code ?? 0, output, errors }))
  })
}

const make = (...words: readonly string[]) => run(process.execPath, 'scripts/new/command.ts', ...words)

const bin = (name: string) => join(ROOT, 'node_modules/.bin', name)

/** Every file of the services, with its content. */
function services(): Readonly<Record<string, string>> {
  const below = join(project, SERVICES)
  const paths = readdirSync(below, { recursive: true, encoding: 'utf8' }).sort()
  return Object.fromEntries(
    paths
      .filter(path => statSync(join(below, path)).isFile())
      .map(path => [path, readFileSync(join(below, path), 'utf8')]),
  )
}

/** What the compiler says of the table and of what is new; what is wrong elsewhere is not this test's to tell. */
const complaintsOf = (output: string): string[] =>
  output
    .split('\n')
    .filter(line => /^\S/.test(line) && !line.startsWith('packages/'))
    .concat(output.match(/^packages\/cloud\/src\/services\/(index\.ts|verifiedpermissions\/).*/gm) ?? [])

describe('npm run new', () => {
  it.each<[string, string[], string, string]>([
    ['no kind', [], 'the kind of what is to be made is missing; there is: service <name>', 'npm run new service'],
    ['an unknown kind', ['system', 'x'], 'there is no kind of thing called "system"', 'there is: service <name>'],
    ['a kind named like a prototype', ['constructor'], 'there is no kind of thing called "constructor"', 'service'],
    ['no name', ['service'], 'the name of the service is missing', 'npm run new service dynamodb'],
    ['two names', ['service', 'a', 'b'], 'these are several: a b', 'npm run new service dynamodb'],
    ['an empty name', ['service', ''], '"" is no name of a service', 'small letters'],
    ['capital letters', ['service', 'DynamoDB'], '"DynamoDB" is no name of a service', 'small letters'],
    ['a name with an underscore', ['service', 'a_b'], '"a_b" is no name of a service', 'small letters'],
    ['a name that begins with a digit', ['service', '3s'], '"3s" is no name of a service', 'small letters'],
    ['two hyphens', ['service', 'a--b'], '"a--b" is no name of a service', 'small letters'],
    ['a path', ['service', '../cloud'], '"../cloud" is no name of a service', 'small letters'],
    ['an option', ['service', '--help'], '"--help" is no name of a service', 'npm run new service dynamodb'],
    ['a service that exists', ['service', 'ssm'], 'there is a service ssm already', `${SERVICES}/ssm`],
    ['the example', ['service', 'hello'], 'there is a service hello already', `${SERVICES}/hello`],
    ['the same without hyphens', ['service', 'auto-scaling'], 'already', `${SERVICES}/autoscaling`],
    ['one in a folder of another name', ['service', 'elasticloadbalancing'], 'already', `${SERVICES}/elbv2`],
    ['the name of a file there', ['service', 'index'], 'already', `${SERVICES}/index.ts`],
  ])('refuses %s, and changes nothing', async (_, words, problem, help) => {
    const before = services()
    const { code, output, errors } = await make(...words)
    expect(errors).toContain(problem)
    expect(errors).toContain(help)
    expect({ code, output }).toEqual({ code: 2, output: '' })
    expect(services()).toEqual(before)
  })

  it('makes a service that is checked, tested and in the table', { timeout: 120_000 }, async () => {
    const before = services()
    const made = await make('service', 'verified-permissions')
    expect(made).toMatchObject({ code: 0, errors: '' })
    expect(made.output).toContain(`made ${SERVICES}/verifiedpermissions/: README.md, errors.ts, index.ts, limits.ts`)
    expect(made.output).toContain(`npx vitest run --project unit ${SERVICES}/verifiedpermissions`)

    const after = services()
    const { 'index.ts': table = '', ...others } = after
    const added = Object.keys(others).filter(path => !(path in before))
    expect(added).toEqual(
      Object.keys(before)
        .filter(path => path.startsWith('hello/'))
        .map(path => path.replaceAll('hello', 'verifiedpermissions'))
        .sort(),
    )
    const text = added.map(path => after[path]).join('\n')
    expect(text.match(/hello|example/gi)).toBeNull()
    expect(text).toContain('export const verifiedPermissionsService: Service')
    expect(text).toContain("name: 'verified-permissions'")
    expect(text).toContain('arn:aws:verified-permissions:')
    expect(text).toContain("'VERIFIED_PERMISSIONS_STATE_CORRUPT'")
    expect(text).toContain('VerifiedPermissions Greeting State Change')
    const isNew = (line: string) => line.includes('verifiedPermissionsService')
    const lines = table.split('\n')
    expect(lines.filter(isNew)).toEqual([
      "import { verifiedPermissionsService } from './verifiedpermissions/index.ts'",
      '  verifiedPermissionsService,',
    ])
    expect(lines.filter(line => !isNew(line)).join('\n')).toBe(before['index.ts'])
    for (const [path, content] of Object.entries(before)) if (path !== 'index.ts') expect(after[path]).toBe(content)

    const [types, lint, tests] = await Promise.all([
      run(bin('tsc'), '-b', 'packages/cloud'),
      run(bin('biome'), 'check', '--colors=off', `${SERVICES}/index.ts`, `${SERVICES}/verifiedpermissions`),
      run(bin('vitest'), 'run', '--project', 'unit', `${SERVICES}/verifiedpermissions`),
    ])
    expect(complaintsOf(types.output)).toEqual([])
    expect(lint).toMatchObject({ code: 0 })
    expect(tests.output).toMatch(/Tests +\d+ passed/)
    expect(tests.code).toBe(0)
  })
})
