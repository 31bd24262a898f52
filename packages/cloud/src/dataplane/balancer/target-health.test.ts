import { seconds } from '@terrace/kit'
import type { HealthCheck } from '@terrace/model'
import { describe, expect, it } from 'vitest'
import { afterCheck, type CheckResult, matchesCode, REGISTERING } from './target-health.ts'

const config: HealthCheck = {
  enabled: true,
  protocol: 'HTTP',
  port: 'traffic',
  path: '/readyz',
  interval: seconds(5),
  timeout: seconds(2),
  healthyThreshold: 3,
  unhealthyThreshold: 2,
  matcher: '200',
}
const pass: CheckResult = { passed: true }
const fail: CheckResult = { passed: false, reason: 'Target.Timeout', description: 'Request timed out' }
const after = (...results: CheckResult[]) =>
  results.reduce((health, result) => afterCheck(health, result, config), REGISTERING)

describe('the health of a target', () => {
  it('L-11: is healthy after one success when it is new, whatever the threshold', () => {
    expect(after(pass).state).toBe('healthy')
    expect(after(fail, pass).state).toBe('healthy')
  })

  it('is unhealthy after as many failures in a row as the threshold says', () => {
    expect(after(pass, fail).state).toBe('healthy')
    expect(after(pass, fail, pass, fail).state).toBe('healthy')
    expect(after(pass, fail, fail)).toMatchObject({ state: 'unhealthy', reason: 'Target.Timeout' })
  })

  it('is healthy again only after as many successes in a row as the threshold says', () => {
    expect(after(fail, fail, pass, pass).state).toBe('unhealthy')
    expect(after(fail, fail, pass, fail, pass, pass).state).toBe('unhealthy')
    expect(after(fail, fail, pass, pass, pass).state).toBe('healthy')
  })

  it('says that the first checks are under way while none has passed', () => {
    expect(after(fail)).toMatchObject({ state: 'initial', reason: 'Elb.InitialHealthChecking' })
  })
})

describe('a matcher', () => {
  it.each([
    ['200', 200, true],
    ['200', 204, false],
    ['200,204', 204, true],
    ['200-299', 250, true],
    ['200-299', 300, false],
    ['200-204,301', 301, true],
  ])('%s with %i is %s', (matcher, code, expected) => {
    expect(matchesCode(matcher, code)).toBe(expected)
  })
})
