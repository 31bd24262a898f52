/** The steps of a delivery. Each says what it does; none goes back by itself. */
export interface Steps {
  /** Brings the new definition in. False: CloudFormation refused it, and has gone back by itself. */
  deploy(): Promise<boolean>
  /** Lets what runs become what is defined. */
  rollOut(): Promise<boolean>
  /** Whether the system is well, and the new version. */
  smokeNew(): Promise<boolean>
  /** Brings the definition of before in, and lets what runs become it. Absent when there was none. */
  readonly goBack?: () => Promise<boolean>
  /** Whether the system is well, whatever its version. */
  smokeAny(): Promise<boolean>
  say(line: string): void
}

/** How it ended. Only `delivered` is good. */
export type Outcome =
  | 'delivered'
  /** The version before serves. */
  | 'back'
  /** Something is wrong, and there is nothing to go back to, or going back has failed: somebody has to look. */
  | 'broken'

/** Delivers; whatever fails, the version before serves again, unless going back fails as well. */
export async function deliver(steps: Steps): Promise<Outcome> {
  const { say } = steps
  const failed = await firstFailure(steps)
  if (failed === undefined) {
    say('delivered')
    return 'delivered'
  }
  say(`${failed.step} failed${failed.why === undefined ? '' : `: ${failed.why}`}`)
  if (failed.step !== 'the deployment') {
    if (steps.goBack === undefined) {
      say('there is no version before to go back to')
      return 'broken'
    }
    say('going back to the version before')
    if (!(await settled(steps.goBack, say))) {
      say('going back failed: somebody has to look')
      return 'broken'
    }
  }
  const isWell = await settled(steps.smokeAny, say)
  say(isWell ? 'the version before serves' : 'the version before is not well: somebody has to look')
  return isWell ? 'back' : 'broken'
}

interface Failure {
  readonly step: 'the deployment' | 'the rollout' | 'the smoke test'
  readonly why?: string
}

async function firstFailure({ deploy, rollOut, smokeNew }: Steps): Promise<Failure | undefined> {
  const order = [
    ['the deployment', deploy],
    ['the rollout', rollOut],
    ['the smoke test', smokeNew],
  ] as const
  for (const [step, work] of order) {
    try {
      if (!(await work())) return { step }
    } catch (error) {
      return { step, why: String(error) }
    }
  }
  return undefined
}

/** What goes wrong on the way back must not keep the rest of it from being tried and told. */
async function settled(work: () => Promise<boolean>, say: (line: string) => void): Promise<boolean> {
  try {
    return await work()
  } catch (error) {
    say(String(error))
    return false
  }
}
