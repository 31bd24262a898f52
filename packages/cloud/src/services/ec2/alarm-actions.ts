import { messageOf, type Stop } from '@terrace/kit'
import { nodesOf } from '@terrace/model'
import type { AlarmTransition } from '../../ports.ts'
import type { World } from '../../world.ts'
import type { Fleet } from './fleet.ts'
import { STOP_GRACE } from './limits.ts'

/** What an alarm can do to an instance. @see CloudWatch User Guide, "Create alarms to stop, terminate, reboot, or recover an EC2 instance" */
const ACTIONS: Readonly<Record<string, (fleet: Fleet, id: string) => Promise<void>>> = {
  stop: async (fleet, id) => fleet.find(id)?.stop(STOP_GRACE),
  terminate: (fleet, id) => fleet.terminate(id, STOP_GRACE),
  reboot: async (fleet, id) => fleet.find(id)?.reboot(STOP_GRACE),
  // differs: the instance boots again where it is; AWS moves it to other hardware
  recover: async (fleet, id) => fleet.find(id)?.reboot(STOP_GRACE),
}

/** Carries out alarm actions such as `arn:aws:automate:us-east-1:ec2:reboot`, once CloudWatch runs. */
export function carryOutAlarms(world: World, fleet: Fleet): Stop {
  let stopped = false
  let stop: Stop = () => {}
  void world.ports.need('alarms').then(
    alarms => {
      if (stopped) return
      stop = alarms.onAction('arn:aws:automate:', (action, transition) => carryOut(world, fleet, action, transition))
    },
    () => {},
  )
  return () => {
    stopped = true
    stop()
  }
}

async function carryOut(world: World, fleet: Fleet, action: string, transition: AlarmTransition): Promise<void> {
  const { name } = transition.alarm
  const verb = action.slice(action.lastIndexOf(':') + 1)
  const act = ACTIONS[verb]
  const id = instanceOf(world, name)
  const note = (kind: string, message: string) =>
    world.journal.write({
      kind,
      message,
      details: { alarm: name, action, ...(id === undefined ? {} : { instance: id }) },
    })
  if (!act) return void note('ec2.alarmFailed', `the alarm ${name} asks for ${action}, which is no action of EC2`)
  if (id === undefined) {
    return void note('ec2.alarmFailed', `the alarm ${name} can't ${verb} an instance: its metric has no InstanceId`)
  }
  note('ec2.alarmAction', `the alarm ${name} has ${id} ${verb}: ${transition.reason}`)
  try {
    await act(fleet, id)
  } catch (error) {
    note('ec2.alarmFailed', `the alarm ${name} could not ${verb} ${id}: ${messageOf(error)}`)
  }
}

/** The instance whose metric an alarm watches. */
function instanceOf({ architecture }: World, alarm: string): string | undefined {
  const queries = nodesOf(architecture, 'alarm').find(node => node.alarm.name === alarm)?.alarm.queries ?? []
  for (const query of queries) {
    if (query.kind === 'metric' && query.metric.dimensions.InstanceId) return query.metric.dimensions.InstanceId
  }
  return undefined
}
