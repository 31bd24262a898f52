import type { Clock } from '@terrace/kit'
import { z } from 'zod'
import { accepted, type Operation, operation, shape, wireList } from '../../../gateway/api.ts'
import type { NamedPolicy } from '../../../identity/compile.ts'
import type { ContextValues } from '../../../identity/context.ts'
import { globalKeys } from '../../../identity/global-keys.ts'
import { readPolicy } from '../../../identity/read-policy.ts'
import type { Directory } from '../directory.ts'
import { InvalidInputValue, NoSuchEntity } from '../errors.ts'
import { anybody, type Simulation, type SimulationResult, simulate, simulatedRole } from '../simulation.ts'

/** @see IAM API Reference "ContextEntry" */
const KEY_TYPES = ['string', 'numeric', 'boolean', 'ip', 'binary', 'date'].flatMap(type => [type, `${type}List`])

const common = {
  ActionNames: wireList(z.string().min(3).max(128)),
  ResourceArns: wireList(z.string().min(1).max(2048)).optional(),
  ResourcePolicy: z.string().optional(),
  PermissionsBoundaryPolicyInputList: wireList(z.string()).optional(),
  ContextEntries: wireList(
    shape({
      ContextKeyName: z.string().min(5).max(256),
      ContextKeyValues: wireList(z.string()),
      ContextKeyType: accepted(z.enum(KEY_TYPES), 'the operator of a condition says how its values are read'),
    }),
  ).optional(),
}

const commonInput = shape(common)
type Common = z.output<typeof commonInput>

/** The policy simulator. differs: no organisations, no pages, statements without their position in the document */
export function simulationOperations(directory: Directory, clock: Clock): readonly Operation[] {
  return [
    operation({
      name: 'SimulateCustomPolicy',
      input: shape({ ...common, PolicyInputList: wireList(z.string()) }),
      authorize: () => ({ action: 'iam:SimulateCustomPolicy', resource: '*' }),
      run({ PolicyInputList, ...input }) {
        const principal = anybody(directory.account)
        const keys = globalKeys(principal, undefined, directory, clock.now())
        const policies = inputPolicies('PolicyInputList', PolicyInputList)
        return answer(simulate({ principal, policies, ...questionOf(input, directory, keys) }))
      },
    }),
    operation({
      name: 'SimulatePrincipalPolicy',
      input: shape({
        ...common,
        PolicySourceArn: z.string().min(20).max(2048),
        PolicyInputList: wireList(z.string()).optional(),
      }),
      authorize: ({ PolicySourceArn }) => ({ action: 'iam:SimulatePrincipalPolicy', resource: PolicySourceArn }),
      run({ PolicySourceArn, PolicyInputList = [], ...input }) {
        const role = directory.roleByArn(PolicySourceArn)
        if (!role) throw new NoSuchEntity(`No such entity ${PolicySourceArn}: only roles of the template have policies`)
        const principal = simulatedRole(role)
        const attached = role.managedPolicies.map(arn => directory.policy(arn))
        const limit = role.permissionsBoundary
        const boundary = limit === undefined ? undefined : directory.policy(limit)
        const keys = globalKeys(principal, role, directory, clock.now())
        return answer(
          simulate({
            principal,
            policies: [...role.policies, ...attached, ...inputPolicies('PolicyInputList', PolicyInputList)],
            boundary,
            ...questionOf(input, directory, keys),
          }),
        )
      },
    }),
  ]
}

type Question = Omit<Simulation, 'principal' | 'policies'>

function questionOf(input: Common, { account }: Directory, keys: ContextValues): Question {
  const limits = inputPolicies('PermissionsBoundaryPolicyInputList', input.PermissionsBoundaryPolicyInputList ?? [])
  const given = (input.ContextEntries ?? []).map((entry): [string, readonly string[]] => [
    entry.ContextKeyName,
    entry.ContextKeyValues,
  ])
  return {
    account,
    ...(limits[0] ? { boundary: limits[0] } : {}),
    resourcePolicy:
      input.ResourcePolicy === undefined ? undefined : inputPolicies('ResourcePolicy', [input.ResourcePolicy])[0],
    actions: input.ActionNames,
    resources: input.ResourceArns?.length ? input.ResourceArns : ['*'],
    context: { ...keys, ...Object.fromEntries(given) },
  }
}

function inputPolicies(member: string, texts: readonly string[]): readonly NamedPolicy[] {
  return texts.map((text, i) => {
    const document = readPolicy(text)
    if (!document) throw new InvalidInputValue(`${member}.${i + 1} is not a policy`)
    return { name: `${member}.${i + 1}`, document }
  })
}

const answer = (results: readonly SimulationResult[]) => ({
  EvaluationResults: results.map(result => ({
    EvalActionName: result.action,
    EvalResourceName: result.resource,
    EvalDecision: result.decision.kind,
    MatchedStatements: matched(result),
    MissingContextValues: result.missingKeys,
    PermissionsBoundaryDecisionDetail:
      result.allowedByBoundary === undefined ? undefined : { AllowedByPermissionsBoundary: result.allowedByBoundary },
  })),
  IsTruncated: false,
})

function matched({ decision }: SimulationResult) {
  if (decision.kind === 'implicitDeny' || decision.by === 'administrator') return []
  const type = decision.by.source === 'resource' ? 'Resource Policy' : 'IAM Policy'
  return [{ SourcePolicyId: decision.by.policy, SourcePolicyType: type }]
}
