import type { Instant, Stop } from '@terrace/kit'
import { type LifecycleHook, nodesOf } from '@terrace/model'
import { sendEvent } from '../../events.ts'
import type { Principal } from '../../identity/principal.ts'
import { ValidationError } from './errors.ts'
import type { GroupState } from './group-state.ts'
import { LIMITS } from './limits.ts'
import type { Member } from './member.ts'

export type Transition = LifecycleHook['transition']

export type ActionResult = LifecycleHook['defaultResult']

/** How the hooks of a transition ended. */
export type HookOutcome =
  | { readonly kind: 'continue' }
  /** The first abandonment ends the wait for the others. */
  | { readonly kind: 'abandon'; readonly token: string; readonly because: string }
  /** The instance left in another way while it waited. */
  | { readonly kind: 'cancelled' }

interface Action {
  readonly token: string
  readonly hook: LifecycleHook
  readonly member: Member
  readonly latest: Instant
  stopTimer: Stop
  readonly finish: (result: ActionResult, because: string) => void
  readonly cancel: () => void
}

/** Which action a caller means. */
export interface ActionSelector {
  readonly hook: string
  readonly token?: string
  readonly instance?: string
}

/**
 * The lifecycle hooks of a group: instances wait in `Pending:Wait` and `Terminating:Wait` until somebody completes every
 * action, or its time is over.
 *
 * @see Amazon EC2 Auto Scaling User Guide, "How lifecycle hooks work"
 */
export class LifecycleHooks {
  readonly #state: GroupState
  readonly #hooks = new Map<string, LifecycleHook>()
  readonly #actions = new Set<Action>()

  constructor(state: GroupState) {
    this.#state = state
    for (const hook of state.definition.lifecycleHooks) if (!hook.addedLater) this.#hooks.set(hook.name, hook)
  }

  /** Sends the test notifications of the template's hooks. */
  start(): void {
    for (const hook of this.#hooks.values()) this.#sendTest(hook)
  }

  /**
   * Makes the hooks that are resources of their own: CloudFormation makes them after the group, whose first instances
   * don't wait for them.
   */
  addLater(): void {
    for (const hook of this.#state.definition.lifecycleHooks) if (hook.addedLater) this.put(hook)
  }

  get all(): readonly LifecycleHook[] {
    return [...this.#hooks.values()]
  }

  /** Makes a hook or replaces the one with its name; actions under way keep theirs. */
  put(hook: LifecycleHook): void {
    this.#hooks.set(hook.name, hook)
    this.#sendTest(hook)
  }

  /** Completes the actions of the hook as its default says. */
  remove(name: string): void {
    const hook = this.#hooks.get(name)
    this.#hooks.delete(name)
    for (const action of [...this.#actions])
      if (action.hook.name === name) action.finish(hook?.defaultResult ?? 'ABANDON', 'Lifecycle Hook was deleted')
  }

  has(transition: Transition): boolean {
    return this.all.some(hook => hook.transition === transition)
  }

  /** Starts an action for each hook of the transition; resolves when all continue or one abandons. */
  run(member: Member, transition: Transition): Promise<HookOutcome> {
    const hooks = this.all.filter(hook => hook.transition === transition)
    return new Promise(resolve => {
      let open = hooks.length
      const mine = new Set<Action>()
      const end = (outcome: HookOutcome) => {
        for (const action of mine) this.#drop(action)
        resolve(outcome)
      }
      if (open === 0) return end({ kind: 'continue' })
      for (const hook of hooks) {
        const action = this.#begin(hook, member, {
          finish: (result, because) => {
            mine.delete(action)
            this.#drop(action)
            this.#state.note('autoscaling.hookEnded', `hook ${hook.name} of ${member.id} ended: ${because}`, member.id)
            if (result === 'ABANDON') end({ kind: 'abandon', token: action.token, because })
            else if (--open === 0) end({ kind: 'continue' })
          },
          cancel: () => end({ kind: 'cancelled' }),
        })
        mine.add(action)
      }
    })
  }

  /** Ends the wait of a member that goes another way. */
  cancel(member: Member): void {
    for (const action of [...this.#actions]) if (action.member === member) action.cancel()
  }

  /** @throws ValidationError without such an action */
  complete(selector: ActionSelector, result: ActionResult): void {
    this.#find(selector).finish(result, `Lifecycle Action Completed with ${result} Result`)
  }

  /** Restarts the timer of an action, within its longest wait. @throws ValidationError without such an action */
  heartbeat(selector: ActionSelector): void {
    this.#arm(this.#find(selector))
  }

  stop(): void {
    for (const action of [...this.#actions]) this.#drop(action)
  }

  #begin(hook: LifecycleHook, member: Member, ends: Pick<Action, 'finish' | 'cancel'>): Action {
    const { clock, random } = this.#state.world
    const longest = globalTimeout(hook)
    const action: Action = {
      token: random.uuid(),
      hook,
      member,
      latest: clock.now() + longest,
      stopTimer: () => {},
      ...ends,
    }
    this.#actions.add(action)
    this.#arm(action)
    this.#tell(action)
    return action
  }

  #arm(action: Action): void {
    const { clock } = this.#state.world
    action.stopTimer()
    const wait = Math.min(action.hook.heartbeatTimeout, action.latest - clock.now())
    action.stopTimer = clock.after(wait, () => action.finish(action.hook.defaultResult, 'Heartbeat Timeout'))
  }

  #drop(action: Action): void {
    action.stopTimer()
    this.#actions.delete(action)
  }

  #find({ hook, token, instance }: ActionSelector): Action {
    for (const action of this.#actions) {
      if (action.hook.name !== hook) continue
      if (token !== undefined ? action.token === token : action.member.id === instance) return action
    }
    if (!this.#hooks.has(hook)) {
      throw new ValidationError(
        `No Lifecycle Hook found with name ${hook} for AutoScalingGroup ${this.#state.definition.name}`,
      )
    }
    throw new ValidationError(
      token === undefined
        ? `No active Lifecycle Action found with instance ID ${instance ?? ''}`
        : `No active Lifecycle Action found with token ${token}`,
    )
  }

  // EventBridge is always told; a topic or queue when the hook names one.
  #tell({ hook, member, token }: Action): void {
    const { name } = this.#state.definition
    const launching = hook.transition === 'autoscaling:EC2_INSTANCE_LAUNCHING'
    const metadata = hook.notificationMetadata
    const common = {
      LifecycleActionToken: token,
      AutoScalingGroupName: name,
      LifecycleHookName: hook.name,
      EC2InstanceId: member.id,
      LifecycleTransition: hook.transition,
      ...(metadata === undefined ? {} : { NotificationMetadata: metadata }),
    }
    this.#state.note('autoscaling.hook', `${member.id} waits for the hook ${hook.name}`, member.id)
    sendEvent(this.#state.world, {
      source: 'aws.autoscaling',
      detailType: `EC2 Instance-${launching ? 'launch' : 'terminate'} Lifecycle Action`,
      resources: [this.#state.arn],
      detail: {
        ...common,
        Origin: launching ? 'EC2' : 'AutoScalingGroup',
        Destination: launching ? 'AutoScalingGroup' : 'EC2',
      },
    })
    const what = launching ? 'LAUNCHING' : 'TERMINATING'
    this.#notify(hook, `Auto Scaling:  Lifecycle action '${what}' for instance ${member.id} in progress.`, common)
  }

  #sendTest(hook: LifecycleHook): void {
    this.#notify(hook, `Auto Scaling: test notification for group "${this.#state.definition.name}"`, {
      AutoScalingGroupName: this.#state.definition.name,
      AutoScalingGroupARN: this.#state.arn,
      Event: 'autoscaling:TEST_NOTIFICATION',
    })
  }

  #notify(hook: LifecycleHook, subject: string, content: Readonly<Record<string, string>>): void {
    if (hook.notificationTarget === undefined) return
    const { architecture, clock, random, deliveries } = this.#state.world
    const body = {
      AccountId: architecture.account,
      RequestId: random.uuid(),
      Service: 'AWS Auto Scaling',
      Time: new Date(clock.now()).toISOString(),
      ...content,
    }
    void deliveries.deliver({
      to: hook.notificationTarget,
      from: senderOf(this.#state, hook),
      body: JSON.stringify(body),
      subject,
    })
  }
}

/** The longest wait for one action. @see Amazon EC2 Auto Scaling API Reference, "PutLifecycleHook" */
export const globalTimeout = (hook: LifecycleHook): number =>
  Math.min(LIMITS.hookWait.most, hook.heartbeatTimeout * LIMITS.hookWait.heartbeats)

function senderOf(state: GroupState, hook: LifecycleHook): Principal {
  const { architecture } = state.world
  const role = nodesOf(architecture, 'role').find(({ arn }) => arn === hook.role)
  if (!role) return { kind: 'service', service: 'autoscaling.amazonaws.com', sourceArn: state.arn }
  const sessionArn = `arn:aws:sts::${architecture.account}:assumed-role/${role.name}/AutoScaling`
  return { kind: 'role', role: role.id, arn: role.arn, sessionArn }
}
