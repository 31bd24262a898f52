import { execFile } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cliIsHere } from '../../gateway/testing-cli.ts'
import { BALANCER, GROUP, LISTENER, startBalancing, type TestBalancing } from './testing.ts'

const missing = cliIsHere ? undefined : 'the AWS CLI is not installed'

let running: TestBalancing
beforeEach(async () => {
  running = await startBalancing()
})
afterEach(() => running.stop())

/** One command of the AWS CLI against the gateway; what it prints, as JSON where it prints any. */
function aws(...words: readonly string[]): Promise<Record<string, unknown>> {
  const environment = {
    PATH: process.env.PATH ?? '',
    HOME: '/nonexistent',
    AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE',
    AWS_SECRET_ACCESS_KEY: 'example',
    AWS_DEFAULT_REGION: 'us-east-1',
  }
  const parameters = ['elbv2', ...words, '--endpoint-url', running.cloud.gateway.url, '--output', 'json']
  return new Promise((resolve, reject) =>
    execFile('aws', parameters, { env: environment }, (error, output, errors) => {
      if (error) reject(new Error(errors))
      else resolve(output.trim() ? JSON.parse(output) : {})
    }),
  )
}

describe(`a session with the AWS CLI${missing ? ` (skipped: ${missing})` : ''}`, () => {
  it.skipIf(missing !== undefined)(
    'looks around, registers a target, drains it, and adds a rule',
    async () => {
      expect(await aws('describe-load-balancers', '--names', 'lb')).toMatchObject({
        LoadBalancers: [{ LoadBalancerArn: BALANCER, State: { Code: 'active' } }],
      })
      expect(await aws('describe-target-groups', '--load-balancer-arn', BALANCER)).toMatchObject({
        TargetGroups: [{ TargetGroupArn: GROUP }],
      })
      const target = ['--target-group-arn', GROUP, '--targets', 'Id=i-0000000000000000a']
      await aws('register-targets', ...target)
      expect(await aws('describe-target-health', '--target-group-arn', GROUP)).toMatchObject({
        TargetHealthDescriptions: [{ TargetHealth: { State: 'initial', Reason: 'Elb.RegistrationInProgress' } }],
      })
      await aws('deregister-targets', ...target)
      const action = 'Type=fixed-response,FixedResponseConfig={StatusCode=200,ContentType=text/plain,MessageBody=hi}'
      const rule = ['--priority', '5', '--conditions', 'Field=path-pattern,Values=/hi', '--actions', action]
      await aws('create-rule', '--listener-arn', LISTENER, ...rule)
      expect(await aws('describe-rules', '--listener-arn', LISTENER)).toMatchObject({
        Rules: [{ Priority: '5' }, { Priority: 'default', IsDefault: true }],
      })
      await expect(aws('describe-rules', '--listener-arn', `${LISTENER}0`)).rejects.toThrow(/ListenerNotFound/)
    },
    60_000,
  )
})
