import type { Variables } from './config/config.ts'
import { runProcess } from './run-process.ts'
import { type Service, startService } from './start.ts'

/** Runs a service with a database as the whole of this process: see `runProcess`. */
export const runService = <V extends Variables, Tables>(service: Service<V, Tables>): Promise<void> =>
  runProcess(host => startService(service, host))
