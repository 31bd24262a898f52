import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { awsCli } from '@terrace/constructs/operate'
import { type Clock, minutes, seconds } from '@terrace/kit'
import { askerOf } from '../smoke/ask.ts'
import { probesFor } from '../smoke/probes.ts'
import { smoke } from '../smoke/smoke.ts'
import type { Steps } from './delivery.ts'
import { pushedImage } from './image.ts'
import { rollOut } from './roll-out.ts'
import { type DeployedStack, deployedStack, outputOf, templateOf } from './stack.ts'
import { stackOf, writeWayBack } from './way-back.ts'
import type { Words } from './words.ts'

const ROOT = join(import.meta.dirname, '../..')
const ANSWERS = { patience: minutes(3), rounds: 3 }

/**
 * The steps of a delivery to AWS. Until they are returned nothing that runs is touched: the image is pushed, the assembly
 * is written, the template of before is fetched.
 *
 * @param version of the image and of the API: a commit
 * @throws when the image can't be built or pushed, or the definition is not valid
 */
export async function stepsOnAws(words: Words, version: string, clock: Clock): Promise<Steps> {
  const { system, environment } = words
  const say = (line: string) => console.log(`${system} ${environment}: ${line}`)
  const region = contextValue(words.context, 'region') ?? process.env.AWS_REGION ?? 'us-east-1'
  const aws = awsCli(region)
  const app = join(ROOT, 'systems', system)

  const way = `${system}-delivery`
  const delivery = deployedStack(way, aws)
  if (delivery === undefined) throw new Error(`there is no stack ${way} in ${region}; deploy it once: docs/delivery.md`)
  const image = await pushedImage({
    repositoryUri: outputOf(way, delivery, 'RepositoryUri'),
    tag: version,
    aws,
    build: () => buildContext(app),
    docker: (command, input) => void run('docker', command, { input, secret: input !== undefined }),
    password: () => run('aws', ['ecr', 'get-login-password', '--region', region], { secret: true }),
    say,
  })

  const folder = join(ROOT, '.build/deliver', `${system}-${environment}`)
  rmSync(folder, { recursive: true, force: true })
  const [assembly, back] = [join(folder, 'assembly'), join(folder, 'back')]
  const context = [
    ...words.context,
    `environment=${environment}`,
    `region=${region}`,
    `image=${image}`,
    `version=${version}`,
  ]
  run('cdk', ['synth', '--quiet', '--output', assembly, ...context.flatMap(pair => ['-c', pair])], { cwd: app })
  const { name } = stackOf(assembly)
  const isThere = deployedStack(name, aws) !== undefined
  if (isThere) writeWayBack(assembly, templateOf(name, aws), back)

  const now = (): DeployedStack => {
    const stack = deployedStack(name, aws)
    if (stack) return stack
    throw new Error(`the stack ${name} is not there`)
  }
  const rollOutNow = () => rollOut({ stack: now(), aws, pause: () => clock.sleep(seconds(10)), say, anew: false })
  const look = (is?: string) => {
    const ask = askerOf(outputOf(name, now(), 'Url'))
    return smoke({ ask, probes: probesFor(words.expected(is)), clock, ...ANSWERS, say })
  }
  return {
    say,
    deploy: async () => isDeployed(assembly),
    rollOut: rollOutNow,
    smokeNew: () => look(version),
    ...(isThere && { goBack: async () => isDeployed(back) && (await rollOutNow()) }),
    smokeAny: () => look(),
  }
}

const isDeployed = (assembly: string): boolean => {
  const words = ['deploy', '--app', assembly, '--all', '--require-approval', 'never', '--progress', 'events']
  return spawnSync(programOf('cdk'), words, { stdio: 'inherit' }).status === 0
}

async function buildContext(app: string): Promise<string> {
  const { buildAssets }: { buildAssets(): Promise<{ readonly api: string }> } = await import(
    pathToFileURL(join(app, 'assets.ts')).href
  )
  return (await buildAssets()).api
}

interface RunOptions {
  readonly cwd?: string
  readonly input?: string | undefined
  /** Nothing of what it says is printed. */
  readonly secret?: boolean
}

/** @returns what it has said @throws when it fails */
function run(program: string, words: readonly string[], { cwd, input, secret = false }: RunOptions = {}): string {
  const { status, stdout, stderr, error } = spawnSync(programOf(program), words, {
    cwd: cwd ?? ROOT,
    encoding: 'utf8',
    ...(input !== undefined && { input }),
    stdio: secret ? 'pipe' : ['ignore', 'inherit', 'inherit'],
  })
  if (status === 0) return stdout ?? ''
  throw new Error(`${program} ${words[0]} failed: ${error?.message ?? stderr?.trim() ?? `exit code ${status}`}`)
}

const programOf = (program: string) => (program === 'cdk' ? join(ROOT, 'node_modules/.bin/cdk') : program)

const contextValue = (context: readonly string[], name: string) =>
  context.findLast(pair => pair.startsWith(`${name}=`))?.slice(name.length + 1)
