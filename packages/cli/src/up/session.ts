import type { Cloud } from '@terrace/cloud'
import { removeRecord, type Status, startControlServer, writeRecord } from '@terrace/control'
import { type Clock, HEX, seconds, secureRandom } from '@terrace/kit'
import { processRecordOf } from '../project.ts'
import type { Target } from '../target/target.ts'
import { handlersFor } from './handlers.ts'
import type { Shutdown } from './shutdown.ts'
import type { TakeUpdate } from './take-updates.ts'

const TOKEN_LENGTH = 48

/** How long processes may take that a good stop would have ended already. */
const CHILD_GRACE = seconds(2)

/** The time in which a state folder belongs to this process, and commands can reach it. */
export interface Session {
  /** The cloud, once it is there. */
  readonly cloud: Cloud | undefined
  /** Hands the cloud over to those who ask, and what it does with a changed template. */
  show(cloud: Cloud, update: TakeUpdate): void
  /** Ends what is still there, answers those who asked for the stop, and gives the state folder back. */
  close(): Promise<void>
}

/**
 * Takes the state folder and opens the control API.
 *
 * @throws TerraceError CONTROL_ALREADY_THERE when another run was faster
 */
export async function openSession(target: Target, shutdown: Shutdown, clock: Clock): Promise<Session> {
  const { stateFolder } = target
  const token = secureRandom.text(TOKEN_LENGTH, HEX)
  const started = Promise.withResolvers<Cloud>()
  let cloud: Cloud | undefined
  let takeUpdate: TakeUpdate | undefined
  const control = await startControlServer(
    handlersFor({
      whileStarting: starting(target),
      cloud: () => cloud,
      started: started.promise,
      async *update(query) {
        if (takeUpdate) yield* takeUpdate(query)
      },
      stop: () => shutdown.request(),
    }),
    { token, port: 0, clock },
  )
  try {
    writeRecord(stateFolder, { port: control.port, token, pid: process.pid, startedAt: clock.now() })
  } catch (error) {
    // The folder is another run's, and so is every process that is recorded there: nothing of it is touched.
    shutdown.done()
    await control.stop()
    throw error
  }
  return {
    get cloud() {
      return cloud
    },
    show(running, update) {
      cloud = running
      takeUpdate = update
      started.resolve(running)
    },
    async close() {
      // Nothing is left after a good stop; after a failed start or a second Ctrl-C this is what ends the rest.
      const { endLeftovers } = await import('@terrace/cloud')
      await endLeftovers(processRecordOf(stateFolder), clock, { owner: 0, child: CHILD_GRACE })
      shutdown.done()
      await control.stop()
      removeRecord(stateFolder, token)
    },
  }
}

const starting = ({ name, stateFolder }: Target): Status => ({
  name,
  ready: false,
  embedded: false,
  urls: {},
  pid: process.pid,
  stateFolder,
  zones: [],
  tiers: [],
  notEmulated: [],
})
