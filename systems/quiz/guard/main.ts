import { seconds, systemClock } from '@terrace/kit'
import { GuardedTier } from './aws.ts'
import { guard } from './guard.ts'

const { CUTOUT_GROUP = '', CUTOUT_TARGET_GROUP = '', CUTOUT_GATE_PARAMETER = '' } = process.env

const tier = new GuardedTier({
  groupName: CUTOUT_GROUP,
  targetGroupArn: CUTOUT_TARGET_GROUP,
  gate: CUTOUT_GATE_PARAMETER,
})

/** The function may take 60 s, and is called again by the next minute. */
const PATIENCE = seconds(45)

/**
 * Called by the topic `alarm-update-instance`, by events of the group, and once a minute. Each means the same: look. What
 * fails is thrown, so that Lambda tries again and puts it into the dead-letter queue in the end.
 */
export async function handler(): Promise<void> {
  console.log(JSON.stringify(await guard(tier, systemClock, PATIENCE)))
}
