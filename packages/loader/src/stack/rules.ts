import { loadError } from '../errors.ts'
import type { Gaps } from '../gaps.ts'
import { holds, resolve } from '../intrinsics/resolve.ts'
import type { Scope } from '../intrinsics/scope.ts'
import { NeedsAccount } from '../intrinsics/value-of.ts'
import type { MappingNode, TemplateNode } from '../read/template-node.ts'
import { expectMapping, expectSequence, expectText } from '../template/shape.ts'

/**
 * Evaluates the Rules section. An assertion that asks the AWS account is skipped and listed.
 *
 * @throws TerraceError LOAD_RULE_FAILED with the author's AssertDescription
 * @see "CloudFormation template Rules syntax" in the AWS CloudFormation User Guide
 */
export function checkRules(rules: ReadonlyMap<string, MappingNode>, outer: Scope, gaps: Gaps): void {
  const scope = rulesScope(outer)
  for (const [name, rule] of rules) {
    const path = `Rules.${name}`
    const assertions = rule.entries.get('Assertions')
    if (!assertions) {
      throw loadError('LOAD_MALFORMED', `${path} has no Assertions`, { file: scope.file, line: rule.line })
    }
    try {
      const condition = rule.entries.get('RuleCondition')
      if (condition && !holds(condition, scope)) continue
      for (const item of expectSequence(assertions, `${path}.Assertions`, scope.file).items) {
        checkAssertion(expectMapping(item, `${path}.Assertions`, scope.file), path, scope)
      }
    } catch (error) {
      if (!(error instanceof NeedsAccount)) throw error
      const place = { file: scope.file, line: rule.line }
      gaps.add({ kind: 'value', path, message: `the rule is not checked: ${error.message}`, place })
    }
  }
}

function checkAssertion(assertion: MappingNode, path: string, scope: Scope): void {
  const assert = assertion.entries.get('Assert')
  const place = { file: scope.file, line: assertion.line }
  if (!assert) throw loadError('LOAD_MALFORMED', `an assertion of ${path} has no Assert`, place)
  if (holds(assert, scope)) return
  const description = assertion.entries.get('AssertDescription')
  const text = description ? `: ${expectText(description, `${path}.AssertDescription`, scope.file)}` : ''
  throw loadError('LOAD_RULE_FAILED', `${path} does not hold${text}`, place, 'give other parameters with --param')
}

function rulesScope(outer: Scope): Scope {
  const scope: Scope = {
    file: outer.file,
    region: outer.region,
    languageExtensions: outer.languageExtensions,
    section: 'rules',
    resolve: (node: TemplateNode) => resolve(node, scope),
    ref: (name, line) => outer.ref(name, line),
    attribute: (logicalId, attribute, line) => outer.attribute(logicalId, attribute, line),
    condition: (name, line) => outer.condition(name, line),
    mapping: (name, top, second) => outer.mapping(name, top, second),
    exported: (name, line) => outer.exported(name, line),
    parametersOfType: type => outer.parametersOfType(type),
  }
  return scope
}
