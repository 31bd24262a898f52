import type { PolicyDocument, Role } from '@terrace/model'
import type { NamedPolicy } from '../../identity/compile.ts'
import { PolicyCompiler } from '../../identity/compile.ts'
import { type ContextValues, RequestContext } from '../../identity/context.ts'
import { type Decision, evaluate, type PolicyQuestion } from '../../identity/evaluate.ts'
import type { Principal, RolePrincipal } from '../../identity/principal.ts'

/** A question to the policy simulator. */
export interface Simulation {
  readonly account: string
  readonly principal: Principal
  readonly policies: readonly NamedPolicy[]
  readonly boundary?: NamedPolicy | undefined
  readonly resourcePolicy?: NamedPolicy | undefined
  readonly actions: readonly string[]
  readonly resources: readonly string[]
  readonly context: ContextValues
}

/** One answer of it. */
export interface SimulationResult {
  readonly action: string
  readonly resource: string
  readonly decision: Decision
  /** Whether the boundary lets it through; absent when there is none. */
  readonly allowedByBoundary?: boolean | undefined
  /** Keys that conditions ask for and the caller didn't give. */
  readonly missingKeys: readonly string[]
}

/** Decides each action on each resource. @see IAM User Guide "IAM policy testing with the IAM policy simulator" */
export function simulate(simulation: Simulation): readonly SimulationResult[] {
  const compiler = new PolicyCompiler()
  const context = new RequestContext(simulation.context)
  const { boundary } = simulation
  const all = [...simulation.policies, ...(boundary ? [boundary] : [])]
  const missingKeys = [...new Set(all.flatMap(({ document }) => keysOf(document, compiler)))].filter(
    key => !context.get(key),
  )
  return simulation.resources.flatMap(resource =>
    simulation.actions.map(action => {
      const question = { ...simulation, action, resource, context, identityPolicies: simulation.policies }
      return {
        action,
        resource,
        decision: evaluate(question, compiler),
        allowedByBoundary: boundary && decidesFor(boundary, question, compiler),
        missingKeys,
      }
    }),
  )
}

const decidesFor = (boundary: NamedPolicy, question: PolicyQuestion, compiler: PolicyCompiler): boolean =>
  evaluate(
    { ...question, principal: NOBODY, identityPolicies: [boundary], boundary: undefined, resourcePolicy: undefined },
    compiler,
  ).kind === 'allowed'

/** A role of no account, for policies that are asked by themselves. */
const NOBODY: RolePrincipal = { kind: 'role', role: '', arn: '', sessionArn: '' }

const keysOf = (document: PolicyDocument, compiler: PolicyCompiler): readonly string[] =>
  compiler.statementsOf(document).flatMap(({ condition }) => condition.keys)

/** A role as the simulator sees it: nobody's session. */
export const simulatedRole = (role: Role): RolePrincipal => ({
  kind: 'role',
  role: role.id,
  arn: role.arn,
  sessionArn: role.arn,
})

/** Whoever custom policies are tried for. */
export const anybody = (account: string): RolePrincipal => ({
  ...NOBODY,
  arn: `arn:aws:iam::${account}:role/simulated`,
  sessionArn: `arn:aws:iam::${account}:role/simulated`,
})
