import type { Variables } from './config/config.ts'
import { runProcess } from './run-process.ts'
import { type PlainService, startPlainService } from './start-plain.ts'

/** Runs a service without a database as the whole of this process: see `runProcess`. */
export const runPlainService = <V extends Variables>(service: PlainService<V>): Promise<void> =>
  runProcess(host => startPlainService(service, host))
