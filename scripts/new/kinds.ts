import type { Kind } from './kind.ts'
import { service } from './service/index.ts'

/** Everything that `npm run new` makes: the only place to touch besides a new kind's folder. */
export const KINDS: ReadonlyMap<string, Kind> = new Map(Object.entries({ service }))
