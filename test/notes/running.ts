import { type Running, type RunOptions, startSystem } from '../running.ts'

/** Starts the notes in this process, with a state of their own and on free ports; `site` is the front door. */
export const startNotes = (options: Omit<RunOptions, 'context'> = {}): Promise<Running> => startSystem('notes', options)
