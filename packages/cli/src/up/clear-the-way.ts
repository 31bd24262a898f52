import { existsSync } from 'node:fs'
import { type ControlClient, connect, readRecord, removeRecord } from '@terrace/control'
import { TerraceError } from '@terrace/kit'
import type { Context } from '../context.ts'
import { CliErrors } from '../errors.ts'
import { processRecordOf } from '../project.ts'
import { noteLeftovers } from '../system/leftovers.ts'
import type { Target } from '../target/target.ts'

/** What `connect` says of a record whose run has ended without removing it. */
const ENDED: ReadonlySet<string> = new Set(['CONTROL_STALE', 'CONTROL_WRONG_TOKEN'])

/**
 * Makes sure that a system isn't running. The record of a run that has ended is removed.
 *
 * @throws TerraceError CLI_ALREADY_RUNNING with its URLs; CONTROL_CORRUPT; CONTROL_UNRESPONSIVE
 */
export async function refuseWhenRunning(target: Target): Promise<void> {
  const running = await findRunning(target)
  if (running) throw CliErrors.alreadyRunning(target.name, (await running.status()).urls)
}

/**
 * The system, when it runs. The record of a run that has ended is removed.
 *
 * @throws TerraceError CONTROL_CORRUPT; CONTROL_UNRESPONSIVE
 */
export async function findRunning({ stateFolder }: Target): Promise<ControlClient | undefined> {
  if (readRecord(stateFolder) === undefined) return undefined
  try {
    const client = connect(stateFolder)
    await client.status()
    return client
  } catch (error) {
    if (!(error instanceof TerraceError) || !ENDED.has(error.code)) throw error
    removeRecord(stateFolder)
    return undefined
  }
}

/** Ends what a run that was killed has left. Only for the one whose record is in the state folder. */
export async function endEarlierRun({ stateFolder }: Target, context: Context): Promise<void> {
  const record = processRecordOf(stateFolder)
  // Most runs leave nothing, and the cloud takes a while to load.
  if (!existsSync(record)) return
  const { endLeftovers } = await import('@terrace/cloud')
  noteLeftovers(await endLeftovers(record, context.clock), context)
}
