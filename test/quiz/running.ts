import type { Architecture, ArchitectureNode } from '@terrace/model'
import { nodesOf } from '@terrace/model'
import { isInstalled, type Outcome, run } from '../commands.ts'
import { type Running, type RunOptions, startSystem } from '../running.ts'

/** Whether the quiz can run on this machine, and its tests with it. */
export const CAN_RUN = isInstalled('pg_dump') && isInstalled('nginx') && isInstalled('curl')

/** The quiz, running in the process of the test. */
export const startQuiz = (options: RunOptions = {}): Promise<Running> => startSystem('quiz', options)

/** How clients of AWS reach the system as the account's administrator. */
export const administrator = ({ cloud }: Running) => ({
  endpoint: cloud.urls.aws ?? '',
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
})

/** The one bucket for pictures, pages, dumps and keys. */
export function bucketOf({ architecture }: Pick<Running, 'architecture'>): string {
  const bucket = nodesOf(architecture, 'bucket').find(({ id }) => id.includes('Storage'))
  if (!bucket) throw new Error('the quiz has no bucket')
  return bucket.name
}

/** Tiers by what they are for. */
const TIERS = { main: 'quiz-main', bastion: 'quiz-bastion', cutout: 'Removal/Service/Group' } as const

export type Place = keyof typeof TIERS

/** A tier as it is now. */
export async function tierOf({ cloud }: Running, place: Place) {
  const tier = (await cloud.status()).tiers.find(({ name }) => name === TIERS[place])
  if (!tier) throw new Error(`there is no tier ${TIERS[place]} now`)
  return tier
}

/** Runs a program with the network position and the credentials of the first instance of a tier, as `terrace exec` does. */
export const runAt = (running: Running, place: Place, words: readonly [string, ...string[]]): Promise<Outcome> =>
  atPlace(running, place, environment => run(words[0], words.slice(1), environment))

/** Does something with the environment of the first instance of a tier, which leads whatever runs in it to that place. */
export async function atPlace<T>(
  running: Running,
  place: Place,
  work: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const [instance] = (await tierOf(running, place)).instances
  const end = new AbortController()
  try {
    const query = { instance: instance?.id ?? '', direct: 'true' } as const
    for await (const message of running.cloud.connections.session(query, end.signal))
      if (message.kind === 'place') return await work(message.environment)
    throw new Error(`nothing could be run at ${place}`)
  } finally {
    end.abort()
  }
}

/** The same model with some of its parts changed, or left away. */
export const changed =
  (change: (node: ArchitectureNode) => ArchitectureNode | undefined) =>
  (architecture: Architecture): Architecture => ({
    ...architecture,
    nodes: architecture.nodes.flatMap(node => change(node) ?? []),
  })
