import { connect, readRecord, removeRecord } from '@terrace/control'
import { type Clock, errnoOf, milliseconds, seconds, TerraceError } from '@terrace/kit'
import type { Context } from '../context.ts'
import { processRecordOf } from '../project.ts'
import type { System } from './find.ts'
import { noteLeftovers } from './leftovers.ts'

/** How long Terrace may take to exit after everything it ran has stopped. */
const EXIT_GRACE = seconds(5)
const LOOK_AGAIN = milliseconds(20)

/**
 * Stops a system, whatever state it is in: asks it through the control API, and ends by process id what is still there
 * afterwards. Nothing of it runs or listens when this resolves.
 *
 * @returns whether there was anything to stop
 */
export async function stopSystem({ name, stateFolder }: System, context: Context): Promise<boolean> {
  // It takes a while to load, and so does the system to stop.
  const cloud = import('@terrace/cloud')
  const asked = await askToStop(name, stateFolder, context)
  const { endLeftovers } = await cloud
  const leftovers = await endLeftovers(processRecordOf(stateFolder), context.clock)
  noteLeftovers(leftovers, context)
  removeRecord(stateFolder)
  return asked || leftovers.length > 0
}

async function askToStop(name: string, stateFolder: string, context: Context): Promise<boolean> {
  try {
    const client = connect(stateFolder)
    // A suspended Terrace is noticed within seconds here; the stop itself may take as long as its balancers drain.
    await client.status()
    context.note(`stopping ${name} …`)
    await client.stop()
    await exited(client.record.pid, context.clock)
    return true
  } catch (error) {
    if (!(error instanceof TerraceError)) throw error
    if (error.code === 'CONTROL_NOT_RUNNING') return false
    context.note(error.message)
    // A record that can't be read is removed all the same, and that is worth being said.
    return error.code === 'CONTROL_CORRUPT' || readRecord(stateFolder) !== undefined
  }
}

async function exited(pid: number, clock: Clock): Promise<void> {
  const patience = clock.now() + EXIT_GRACE
  while (isAlive(pid) && clock.now() < patience) await clock.sleep(LOOK_AGAIN)
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return errnoOf(error) === 'EPERM'
  }
}
