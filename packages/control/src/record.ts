import { linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { errnoOf, messageOf } from '@terrace/kit'
import { z } from 'zod'
import { ControlErrors } from './errors.ts'

const recordSchema = z.object({
  /** Where the control API listens, on 127.0.0.1. */
  port: z.number().int().min(1).max(65_535),
  token: z.string().min(32),
  /** Process id of Terrace itself. */
  pid: z.number().int().positive(),
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  startedAt: z.number().int(),
})

/** How to reach a running system: the content of `control.json` in its state folder. */
export type ControlRecord = z.infer<typeof recordSchema>

/** Where a system whose state is in `stateFolder` says how to reach it. */
export const controlFile = (stateFolder: string): string => join(stateFolder, 'control.json')

/**
 * Writes the record, readable by the user alone (it holds the token).
 *
 * @throws TerraceError CONTROL_ALREADY_THERE when there is one: two runs can't share a state folder
 */
export function writeRecord(stateFolder: string, record: ControlRecord): void {
  const file = controlFile(stateFolder)
  const whole = `${file}.${record.pid}`
  writeFileSync(whole, `${JSON.stringify(record)}\n`, { mode: 0o600 })
  try {
    // A link fails when the name is taken, and what it names is complete from the first moment.
    linkSync(whole, file)
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') throw ControlErrors.alreadyThere(basename(stateFolder), file)
    throw error
  } finally {
    rmSync(whole, { force: true })
  }
}

/**
 * The record, or nothing when the system isn't running.
 *
 * @throws TerraceError CONTROL_CORRUPT when the file holds something else
 */
export function readRecord(stateFolder: string): ControlRecord | undefined {
  const file = controlFile(stateFolder)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const code = errnoOf(error)
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw ControlErrors.corrupt(basename(stateFolder), file, messageOf(error), { cause: error })
  }
  try {
    return recordSchema.parse(JSON.parse(text))
  } catch (error) {
    const problem = error instanceof z.ZodError ? z.prettifyError(error).replaceAll('\n', ' ') : messageOf(error)
    throw ControlErrors.corrupt(basename(stateFolder), file, text === '' ? 'it is empty' : problem, { cause: error })
  }
}

/** Removes the record; nothing happens when there is none. With a `token`, only the record of that run. */
export function removeRecord(stateFolder: string, token?: string): void {
  const file = controlFile(stateFolder)
  if (token !== undefined && readRecord(stateFolder)?.token !== token) return
  rmSync(file, { recursive: true, force: true })
}
