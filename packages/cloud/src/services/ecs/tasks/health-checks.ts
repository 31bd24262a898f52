import type { Clock, Stop } from '@terrace/kit'
import type { TaskContainer } from './container.ts'
import type { Probe } from './probe.ts'

/**
 * Checks a container every interval from its start on. Failures within the start period don't count; so many in a row
 * as there are retries make it UNHEALTHY; one success makes it HEALTHY and ends the start period.
 *
 * @param clock  of the intervals
 * @see ECS API Reference, "HealthCheck"; Docker documentation, "Dockerfile reference", HEALTHCHECK
 */
export function checkHealth(container: TaskContainer, probe: Probe, clock: Clock): Stop {
  const check = container.definition.healthCheck
  if (!check) return () => {}
  const graceEnds = clock.now() + check.startPeriod
  let failures = 0
  let stopped = false
  let stopTimer: Stop = () => {}
  const round = async () => {
    const good = await probe(check.timeout).catch(() => false)
    if (stopped || container.status !== 'RUNNING') return
    if (good) {
      failures = 0
      container.checkedNow('HEALTHY')
    } else if (clock.now() >= graceEnds || container.health === 'HEALTHY') {
      failures++
      if (failures >= check.retries) container.checkedNow('UNHEALTHY')
    }
    arm()
  }
  // The next interval begins when a check has ended.
  const arm = () => {
    stopTimer = clock.after(check.interval, () => void round())
  }
  arm()
  return () => {
    stopped = true
    stopTimer()
  }
}
