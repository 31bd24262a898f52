// `node systems/notes/app/main.ts`, for development: script and style are built at the start. The image has them in its
// bundle (bundle.ts).
import { runService } from '@terrace/service'
import { buildAssets } from './assets/build.ts'
import { notes } from './notes.ts'

await runService(notes(await buildAssets()))
