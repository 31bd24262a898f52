import { GROUP_METRICS } from '@terrace/model'
import { expect, it } from 'vitest'
import { NOTIFICATION_TYPES } from './notices.ts'
import { NO_CAPACITY } from './testing/bare-instances.ts'
import { MINUTE, stage } from './testing/test-group.ts'

const TOPIC = 'arn:aws:sns:us-east-1:123456789012:scaling'

it('tells a topic of launches, terminations and failures, as AWS words them', async () => {
  await using on = await stage({
    group: { desiredCapacity: 1, minSize: 0, notifications: [{ topic: TOPIC, types: NOTIFICATION_TYPES }] },
  })
  on.group.terminateInstance('i-1', true)
  await on.clock.advance(0)
  on.instances.full.add('us-east-1a').add('us-east-1b').add('us-east-1c')
  await on.group.setDesiredCapacity(1)
  const sent = on.deliveries.filter(({ to }) => to === TOPIC)
  expect(sent.map(({ subject }) => subject)).toEqual([
    'Auto Scaling: test notification for group "library-app"',
    'Auto Scaling: launch for group "library-app"',
    'Auto Scaling: termination for group "library-app"',
    'Auto Scaling: failed launch for group "library-app"',
    'Auto Scaling: failed launch for group "library-app"',
  ])
  const [, launched, , failed] = sent.map(({ body }) => JSON.parse(body))
  expect(launched).toMatchObject({
    Event: 'autoscaling:EC2_INSTANCE_LAUNCH',
    Service: 'AWS Auto Scaling',
    AutoScalingGroupName: 'library-app',
    AutoScalingGroupARN: on.group.state.arn,
    Description: 'Launching a new EC2 instance: i-1',
    EC2InstanceId: 'i-1',
    Details: { 'Availability Zone': 'us-east-1a', 'Subnet ID': 'app-a' },
  })
  expect(failed).toMatchObject({ Event: 'autoscaling:EC2_INSTANCE_LAUNCH_ERROR', StatusCode: 'Failed' })
})

it('sends an event for each launch and termination, successful or not', async () => {
  await using on = await stage({ group: { desiredCapacity: 1 } })
  on.instances.full.add('us-east-1b')
  await on.group.setDesiredCapacity(2)
  const events = on.deliveries.map(({ body }) => JSON.parse(body))
  expect(events.map(event => event['detail-type'])).toEqual([
    'EC2 Instance Launch Successful',
    'EC2 Instance Launch Unsuccessful',
    'EC2 Instance Launch Successful',
  ])
  expect(events[0]).toMatchObject({
    source: 'aws.autoscaling',
    resources: [on.group.state.arn, 'arn:aws:ec2:us-east-1:123456789012:instance/i-1'],
    detail: { StatusCode: 'InProgress', AutoScalingGroupName: 'library-app', EC2InstanceId: 'i-1' },
  })
  expect(events[1].detail).toMatchObject({
    StatusCode: 'Failed',
    StatusMessage: `${NO_CAPACITY} Launching EC2 instance failed.`,
  })
})

it('measures itself each minute when its metrics are enabled', async () => {
  await using on = await stage({ group: { groupMetrics: GROUP_METRICS } })
  await on.clock.advance(2 * MINUTE)
  const values = Object.fromEntries(
    GROUP_METRICS.map(name => {
      const points = on.world.metrics.query({
        namespace: 'AWS/AutoScaling',
        name,
        dimensions: { AutoScalingGroupName: 'library-app' },
        statistic: 'Average',
        period: MINUTE,
        from: on.clock.now() - MINUTE,
        to: on.clock.now() + MINUTE,
      })
      return [name, points[0]?.value]
    }),
  )
  expect(values).toMatchObject({
    GroupMinSize: 1,
    GroupMaxSize: 4,
    GroupDesiredCapacity: 2,
    GroupInServiceInstances: 2,
    GroupPendingInstances: 0,
    GroupStandbyInstances: 0,
    GroupTerminatingInstances: 0,
    GroupTotalInstances: 2,
    GroupTotalCapacity: 2,
  })
})
