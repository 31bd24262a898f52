import type { Place } from '@terrace/kit'
import type { NodeId } from '@terrace/model'
import { loadError } from '../errors.ts'

/** A value that a stack gives to others. */
export interface Export {
  readonly name: string
  readonly value: string
  readonly stack: string
  readonly place: Place
  /** The nodes that the value comes from. */
  readonly needs: readonly NodeId[]
}

/** @throws TerraceError LOAD_DUPLICATE_EXPORT */
export function addExports(all: Map<string, Export>, added: readonly Export[]): void {
  for (const one of added) {
    const earlier = all.get(one.name)
    if (earlier) {
      const message = `the export "${one.name}" is already made by the stack ${earlier.stack}`
      throw loadError('LOAD_DUPLICATE_EXPORT', message, one.place, 'names of exports are unique in account and region')
    }
    all.set(one.name, one)
  }
}
