import type { SessionMessage } from '@terrace/control'
import type { PostgresProcess } from '@terrace/model'
import type { Instance } from '../../../ports.ts'
import { postgresSocket } from '../../../workload/postgres.ts'
import type { World } from '../../../world.ts'
import type { Agents } from '../agent/agent.ts'

/** A database that is a process of an instance. */
export interface InstanceDatabase {
  readonly instance: Instance
  readonly process: PostgresProcess
}

/** Those of the instances that run. */
export async function instanceDatabases(agents: Agents): Promise<readonly InstanceDatabase[]> {
  const running = (await agents.instances()).filter(({ state, host }) => state === 'running' && host)
  return running.flatMap(instance =>
    (instance.machine.workload?.processes ?? []).flatMap(process =>
      process.kind === 'postgres' ? [{ instance, process }] : [],
    ),
  )
}

/**
 * A session of such a database's owner, on the instance itself: nothing else may reach it. On AWS it is a port forwarded
 * by Session Manager. Ends when it is aborted.
 */
export async function* instanceDatabaseSession(
  { journal, random }: World,
  { instance, process }: InstanceDatabase,
  until: Promise<unknown>,
): AsyncIterable<SessionMessage> {
  const { name, port, username, database, password: reference } = process
  const { password = '' } = (await instance.host?.secretsOf({ password: reference })) ?? {}
  const session = `database-0${random.text(16, '0123456789abcdef')}`
  const note = (kind: string, what: string) =>
    journal.write({
      kind,
      node: instance.owner,
      message: `a client session to ${name} of ${instance.id} ${what}`,
      details: { session, via: instance.id },
    })
  note('ssm.databaseSession', 'began')
  try {
    yield {
      kind: 'database',
      session,
      via: instance.id,
      engine: 'postgres',
      socket: postgresSocket(instance.networkInterface.folder, port),
      host: '127.0.0.1',
      port,
      username,
      password,
      name: database,
    }
    await until
  } finally {
    note('ssm.databaseSessionEnded', 'ended')
  }
}
