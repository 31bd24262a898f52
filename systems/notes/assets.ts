import { join } from 'node:path'
import { bundleApp } from './app/bundle.ts'
import type { NotesAssets } from './props.ts'

const built = join(import.meta.dirname, '../../.build/assets/notes')

/** Bundles the application, its script and style. */
export const buildAssets = async (): Promise<NotesAssets> => ({ app: await bundleApp(join(built, 'app')) })
