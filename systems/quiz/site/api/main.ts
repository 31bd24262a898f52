import { runService } from '@terrace/service'
import { createSite } from './site.ts'

await runService(createSite())
