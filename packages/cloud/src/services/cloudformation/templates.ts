import { copyFileSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Stop } from '@terrace/kit'
import type { World } from '../../world.ts'
import type { StackHistory } from './history.ts'

/**
 * The templates of the stacks as they were when they were started or last updated: the files that they came from may be
 * edited at any time.
 */
export class Templates {
  readonly #world: Pick<World, 'architecture' | 'folders'>
  readonly stop: Stop

  constructor(world: Pick<World, 'architecture' | 'folders'>, history: StackHistory) {
    this.#world = world
    for (const { name } of world.architecture.stacks) this.#keep(name)
    this.stop = history.onEvent(({ stack, logicalId, status }) => {
      if (stack === logicalId && status === 'UPDATE_COMPLETE') this.#keep(stack)
    })
  }

  /** The text of a template; nothing for a stack that comes from none. */
  textOf(stack: string): string | undefined {
    try {
      return readFileSync(this.#fileOf(stack), 'utf8')
    } catch {
      return undefined
    }
  }

  #keep(stack: string): void {
    const { architecture, folders } = this.#world
    const from = architecture.stacks.find(({ name }) => name === stack)?.place.file
    if (from === undefined) return
    try {
      mkdirSync(join(folders.run, 'templates'), { recursive: true, mode: 0o700 })
      copyFileSync(from, this.#fileOf(stack))
    } catch {
      // A template that can't be read any more is told nothing about; what runs doesn't need it.
    }
  }

  #fileOf(stack: string): string {
    return join(this.#world.folders.run, 'templates', encodeURIComponent(stack))
  }
}
