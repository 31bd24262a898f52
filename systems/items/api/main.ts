import { runPlainService } from '@terrace/service/plain'
import { createItems } from './items.ts'

await runPlainService(createItems())
