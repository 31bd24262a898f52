import { type Clock, type Duration, seconds } from '@terrace/kit'
import * as z from 'zod'
import type { App } from './app.ts'
import type { HealthPath } from './health-paths.ts'

/** How long readiness waits for the database; below the two seconds that the balancer waits for readiness. */
const PING_TIMEOUT: Duration = seconds(1)

/** What has nothing to say of itself. */
const ABLE: Health = { able: true, told: {} }

/** Where a process is in its life. `starting` until the schema is up to date. */
export type Phase = 'starting' | 'ready' | 'stopping'

const live = z.object({ status: z.literal('alive') })
const readiness = z.looseObject({
  status: z.enum(['starting', 'ready', 'stopping']),
  database: z.enum(['reachable', 'unreachable']).optional(),
})

/** What a service itself knows of its health. */
export interface Health {
  /** Whether it can serve; false takes the process out of service for as long. */
  readonly able: boolean
  /** Said beside the status, such as how long a queue is. */
  readonly told: Readonly<Record<string, number>>
}

export interface HealthOptions {
  readonly clock: Clock
  phase(): Phase
  /** Asks the database, when there is one. */
  readonly ping?: () => Promise<void>
  /** A path that answers as `/readyz` does. */
  readonly alias?: HealthPath
  /** Asked each time: from memory. */
  health(): Health | undefined
}

/**
 * `/livez`: this process is well. `/readyz`: it may get requests. Neither fails because the database blinks: replacing
 * an instance doesn't bring a database back, and a balancer that takes all of them out makes a blink an outage.
 */
export function addHealthRoutes(app: App, { clock, phase, ping, alias, health }: HealthOptions): void {
  const schema = { tags: ['health'] }
  app.get(
    '/livez',
    { schema: { ...schema, summary: 'Is this process well?', response: { 200: live } } },
    () => ({ status: 'alive' }) as const,
  )
  for (const path of ['/readyz', ...(alias ? [alias] : [])])
    app.get(
      path,
      {
        schema: {
          ...schema,
          summary: 'Can this process serve?',
          response: { 200: readiness, 503: readiness },
        },
      },
      async (_request, reply) => {
        const status = phase()
        const { able, told } = health() ?? ABLE
        const answer = { status, ...told, ...(ping ? { database: await reach(ping, clock) } : {}) }
        return reply.code(status === 'ready' && able ? 200 : 503).send(answer)
      },
    )
}

function reach(ping: () => Promise<void>, clock: Clock): Promise<'reachable' | 'unreachable'> {
  return new Promise(resolve => {
    const stop = clock.after(PING_TIMEOUT, () => resolve('unreachable'))
    const settle = (answer: 'reachable' | 'unreachable') => () => {
      stop()
      resolve(answer)
    }
    ping().then(settle('reachable'), settle('unreachable'))
  })
}
