import type { Architecture } from '@terrace/model'
import { assemblyOf, modelOf, type Running, type RunOptions, startSystem } from '../running.ts'

/** What may be chosen about the system of a test: the environment, a version, the rate that the web ACL allows. */
export interface ItemsOptions extends Omit<RunOptions, 'context'> {
  readonly context?: Readonly<Partial<Record<'environment' | 'version' | 'rate', string>>>
}

/** The items, running in the process of the test. */
export const startItems = (options: ItemsOptions = {}): Promise<Running> => startSystem('items', options)

/** The same system with other options, to be brought into it. */
export const otherModel = (
  { site, timeScale }: Running,
  context: NonNullable<ItemsOptions['context']>,
): Promise<Architecture> => modelOf('items', Number(new URL(site).port), { context, timeScale })

/** The tier of NGINX as it is now. */
export const frontendOf = (running: Running) => tierOf(running, 'Frontend/Service/Group')

/** The tier of tasks as it is now. */
export const apiOf = (running: Running) => tierOf(running, 'cloud-native-demo-')

async function tierOf({ cloud }: Running, name: string) {
  const tier = (await cloud.status()).tiers.find(each => each.name.startsWith(name))
  if (!tier) throw new Error(`there is no tier ${name} now`)
  return tier
}

/** The targets that balancers have asked for a host, `address:port` each, by their access logs. */
export const targetsAsked = ({ cloud }: Running, host: string): ReadonlySet<string> =>
  new Set(
    cloud.logs
      .recent(({ kind, line }) => kind === 'access' && line.includes(`https://${host}:`))
      .flatMap(({ line }) => / [\d.]+:\d+ ([\d.]+:\d+) /.exec(line)?.[1] ?? []),
  )

/** Does something with the environment of an instance of NGINX, which leads whatever runs in it to that place. */
export async function atFrontend<T>(
  running: Running,
  work: (environment: Readonly<Record<string, string>>) => Promise<T>,
): Promise<T> {
  const [instance] = (await frontendOf(running)).instances
  const end = new AbortController()
  try {
    const query = { instance: instance?.id ?? '', direct: 'true' } as const
    for await (const message of running.cloud.connections.session(query, end.signal))
      if (message.kind === 'place') return await work(message.environment)
    throw new Error('nothing could be run at an instance of NGINX')
  } finally {
    end.abort()
  }
}

/** The cloud assembly of the items. */
export const itemsAssembly = (): Promise<string> => assemblyOf('items')
