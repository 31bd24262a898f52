import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Cloud, startCloud } from '@terrace/cloud'
import { load } from '@terrace/loader'
import type { Architecture, ArchitectureNode } from '@terrace/model'
import type { Asked, Options, Question } from './system.ts'

// Runs the quiz in a process of its own, with a state of its own, and answers questions about it.
const options: Options = JSON.parse(process.argv[2] ?? '')
const folder = mkdtempSync(join(tmpdir(), 'bench-quiz-'))
const { port, cpuTarget } = options
const loaded = await load(
  { kind: 'assembly', directory: options.assembly },
  {
    name: 'quiz',
    parameters: { DomainName: 'quiz.localhost', PublicPortSuffix: `:${port}` },
    publicNames: { loadBalancer: 'elb.localhost', distribution: 'cloudfront.localhost' },
  },
)
const cloud = await startCloud({
  architecture: cpuTarget === undefined ? loaded : withTarget(loaded, cpuTarget),
  stateFolder: join(folder, 'quiz'),
  ports: { public: port, http: port + 1, gateway: port + 2 },
  embedded: 'never',
  timeScale: options.timeScale,
})
await cloud.ready()
process.on('message', (question: Question) => {
  answer(question).then(content => process.send?.({ number: question.number, content }))
})
process.once('disconnect', stop)
process.send?.('ready')

async function answer({ ask, instance = '' }: Question): Promise<Asked> {
  if (ask === 'status') return { status: await cloud.status() }
  if (ask === 'journal') return { journal: cloud.journal.since(0) }
  return { environment: await environmentOf(cloud, instance) }
}

async function environmentOf({ connections }: Cloud, instance: string): Promise<Readonly<Record<string, string>>> {
  const signal = new AbortController().signal
  for await (const message of connections.session({ instance, direct: 'true' }, signal))
    if (message.kind === 'place') return message.environment
  throw new Error(`there is no place ${instance}`)
}

/** Without schedules, too: what moves the group is the work. */
function withTarget(architecture: Architecture, target: number): Architecture {
  const change = (node: ArchitectureNode): ArchitectureNode =>
    node.kind === 'scalingPolicy' && node.policy.type === 'TargetTrackingScaling'
      ? { ...node, policy: { ...node.policy, target } }
      : node
  const nodes = architecture.nodes.filter(({ kind }) => kind !== 'scheduledAction').map(change)
  return { ...architecture, nodes }
}

async function stop(): Promise<void> {
  await cloud.stop()
  rmSync(folder, { recursive: true, force: true })
  process.exit(0)
}
