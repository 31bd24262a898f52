import type { Architecture } from '@terrace/model'
import { assemblyOf, modelOf, type Running, type RunOptions, startSystem } from '../running.ts'

export type RunningLibrary = Running

export interface LibraryOptions extends Omit<RunOptions, 'context'> {
  readonly variant?: LibraryVariant
}

export type LibraryVariant = 'cdn' | 'web-tier'

/** The library's cloud assembly, synthesized when something in it has changed. */
export const libraryAssembly = (variant: LibraryVariant = 'cdn'): Promise<string> => assemblyOf('library', { variant })

/** The library's model as `terrace up` would load it. */
export const libraryModel = (port: number, variant: LibraryVariant = 'cdn'): Promise<Architecture> =>
  modelOf('library', port, { context: { variant } })

/** Starts the library system in this process, with a state of its own and on free ports. */
export const startLibrary = ({ variant = 'cdn', ...options }: LibraryOptions = {}): Promise<RunningLibrary> =>
  startSystem('library', { ...options, context: { variant } })
