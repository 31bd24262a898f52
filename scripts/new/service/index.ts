import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { TerraceError } from '@terrace/kit'
import type { Kind } from '../kind.ts'
import { copyOfHello } from './copy.ts'
import { isServiceName, namesOf, type ServiceNames } from './names.ts'
import { withRow } from './row.ts'

const SERVICES = 'packages/cloud/src/services'
const USAGE = 'npm run new service <name>, for example: npm run new service dynamodb'

/** A service of the local cloud: a copy of the hello-world service, and a row in the table of services. */
export const service: Kind = {
  usage: 'service <name>',
  example: 'service dynamodb',
  make(words, project) {
    const names = namesFrom(words)
    const services = join(project, SERVICES)
    refuseTaken(names, services)
    const table = join(services, 'index.ts')
    const rows = withRow(readFileSync(table, 'utf8'), names)
    const files = copyOfHello(join(services, 'hello'), names)
    for (const { path, content } of files) {
      const file = join(services, names.folder, path)
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content)
    }
    writeFileSync(table, rows)
    format(project, [table, join(services, names.folder)])
    return report(
      names,
      files.map(({ path }) => path),
    )
  },
}

function namesFrom([name, ...rest]: readonly string[]): ServiceNames {
  if (name === undefined) throw new TerraceError('NEW_NAME_MISSING', 'the name of the service is missing', HINT)
  if (rest.length > 0) {
    const words = [name, ...rest].join(' ')
    throw new TerraceError('NEW_NAME_INVALID', `a service has one name, and these are several: ${words}`, HINT)
  }
  if (isServiceName(name)) return namesOf(name)
  const allowed = 'small letters, digits and single hyphens, beginning with a letter, as in the name of its endpoint'
  throw new TerraceError('NEW_NAME_INVALID', `${JSON.stringify(name)} is no name of a service: ${allowed}`, HINT)
}

const HINT = { hint: USAGE }

function refuseTaken({ name, folder }: ServiceNames, services: string): void {
  const taken = [folder, `${folder}.ts`].find(path => existsSync(join(services, path)))
  const holder = taken ?? readdirSync(services).find(each => namesIn(join(services, each)).includes(name))
  if (holder === undefined) return
  throw new TerraceError('NEW_NAME_TAKEN', `there is a service ${name} already, in ${SERVICES}/${holder}`, {
    hint: 'to add an operation to it, see the table in CONTRIBUTING.md',
  })
}

/** What a service is called in its own file, which needn't be the name of its folder: `elasticloadbalancing` in `elbv2`. */
function namesIn(folder: string): readonly string[] {
  const file = join(folder, 'index.ts')
  if (!existsSync(file)) return []
  return [...readFileSync(file, 'utf8').matchAll(/\b(?:name|signingName): '([^']+)'/g)].map(([, name = '']) => name)
}

/** Longer and shorter names break lines elsewhere, and the import has its place. */
function format(project: string, paths: readonly string[]): void {
  const biome = join(project, 'node_modules/.bin/biome')
  const words = ['check', '--write', '--linter-enabled=false', ...paths]
  const { status, error, stderr } = spawnSync(biome, words, { cwd: project, encoding: 'utf8' })
  if (status === 0) return
  throw new TerraceError('NEW_FORMAT', `the new files could not be formatted: ${error?.message ?? stderr}`, {
    blame: 'internal',
    hint: 'everything is written; after npm ci, npm run format does it',
    cause: error,
  })
}

function report({ name, folder }: ServiceNames, paths: readonly string[]): string {
  return `made ${SERVICES}/${folder}/: ${paths.join(', ')}
added its row to ${SERVICES}/index.ts

It keeps greetings, under the name of ${name}. To make it what it is called:
  1. index.ts: protocol, target and signing name, as its client in the AWS SDK has them; its host names, where they begin
     with something else; in emulates, what of a template it brings to life
  2. operations.ts, state.ts, limits.ts, errors.ts: what it does, every fact with the page of AWS that it is from
  3. ${folder}.test.ts: its client of the AWS SDK (a devDependency of packages/cloud) in place of testing.ts, as in
     services/ssm/ssm.test.ts
  4. README.md: what is covered, what is refused, what differs from AWS
  5. npm run coverage, which writes it into docs/coverage.md; npm run check; and
     npx vitest run --project unit ${SERVICES}/${folder}`
}
