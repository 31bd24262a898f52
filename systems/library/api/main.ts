import { runService } from '@terrace/service'
import { library } from './library.ts'

await runService(library)
