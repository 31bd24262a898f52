import type { FirewallStatement } from '@terrace/model'
import { FIELDS, header, largerThan, type ManagedGroup, managedRules, matches, scripts, sql } from './rules.ts'

// Names, order, capacity and labels are AWS's: WAF Developer Guide, "Baseline rule groups", "Use-case specific rule groups"
// (SQL database), "IP reputation rule groups".
// differs: AWS doesn't publish what its rules look for. The patterns here are ours; they find the examples that the
// documentation names, and what is near to them.

type FieldName = keyof typeof FIELDS
type Row = readonly [name: string, statement: FirewallStatement]

/** The same on several fields: `GenericLFI_BODY`, `GenericLFI_URIPATH`. */
const on = (name: string, fields: readonly FieldName[], expression: string): readonly Row[] =>
  fields.map(field => [`${name}_${field}`, matches(FIELDS[field], expression)])

const METADATA = String.raw`169\.254\.169\.254|169\.254\.170\.2\b|fd00:ec2::254|0xa9fea9fe|\b2852039166\b|instance-data\b`
const LOCAL_FILES = String.raw`(\.\./|\.\.\\){2,}|(^|[^\w])(/etc/(passwd|shadow|hosts|group)|/proc/self/|c:\\+windows\\+)|\bphp://|\bfile://`
const REMOTE_FILES = String.raw`^\s*(https?|ftps?|file)://(\d{1,3}\.){3}\d{1,3}`
const EXTENSIONS = String.raw`\.(log|ini|bak|backup|old|sql|conf|config|cfg|key|pem|dll|sys|bat|cmd|env|htaccess|htpasswd|swp|mdb|pfx)($|[/?&;])`
const BAD_BOTS = 'nessus|nikto|nmap|sqlmap|acunetix|netsparker|masscan|w3af|dirbuster|havij|zgrab|wpscan|paros|grabber'
const COMMAND = String.raw`\bjava\.lang\.(runtime|processbuilder)\b|\bruntime\(?\)?\.(getruntime|exec)\b|\bprocessbuilder\b`
const CLASS_LOADER = String.raw`\bclass\.module\.classloader\b|\bt\s*\(\s*java\.lang\.`
const JNDI = String.raw`\$\{[^}]{0,60}(j.{0,30}n.{0,30}d.{0,30}i|\$\{(lower|upper|env|sys|::-))`
const EXPLOITABLE = String.raw`/web-inf/|/meta-inf/|/\.git/|/\.svn/|/\.aws/|/wp-config\.php|/phpmyadmin/|/phpunit/|/cgi-bin/\.|/actuator/(gateway|env|heapdump)`
const REACT = String.raw`__proto__.{0,200}(then|constructor)|"\$1:__proto__:then"|\bprocess\.mainmodule\b`
const MORE_SQL = String.raw`\b(procedure\s+analyse|group_concat|load\s+data\s+infile|sys\.(objects|tables)|dbms_\w+\.)\s*\(?`

const CORE = 'awswaf:managed:aws:core-rule-set:'
const KNOWN = 'awswaf:managed:aws:known-bad-inputs:'
const SQL = 'awswaf:managed:aws:sql-database:'
const REPUTATION = 'awswaf:managed:aws:amazon-ip-list:'
const ANONYMOUS = 'awswaf:managed:aws:anonymous-ip-list:'

/** No header field of that name, or an empty one. */
const without = (name: string): FirewallStatement => ({
  NotStatement: {
    Statement: {
      RegexMatchStatement: {
        FieldToMatch: header(name),
        TextTransformations: [{ Priority: 0, Type: 'NONE' }],
        RegexString: '.',
      },
    },
  },
})
/** A list of addresses that only AWS has: nobody is on it. */
const NOBODY: FirewallStatement = { OrStatement: { Statements: [] } }

/** The groups of AWS that rules of a web ACL can name here. */
export const MANAGED_GROUPS: readonly ManagedGroup[] = [
  {
    name: 'AWSManagedRulesCommonRuleSet',
    description: 'Contains rules that are generally applicable to web applications.',
    capacity: 700,
    labelNamespace: CORE,
    rules: managedRules(CORE, [
      ['NoUserAgent_HEADER', without('user-agent')],
      ['UserAgent_BadBots_HEADER', matches(header('user-agent'), BAD_BOTS)],
      ['SizeRestrictions_QUERYSTRING', largerThan(FIELDS.QUERYSTRING, 2048)],
      ['SizeRestrictions_Cookie_HEADER', largerThan(header('cookie'), 10_240)],
      ['SizeRestrictions_BODY', largerThan(FIELDS.BODY, 8192)],
      ['SizeRestrictions_URIPATH', largerThan(FIELDS.URIPATH, 1024)],
      ...on('EC2MetaDataSSRF', ['BODY', 'COOKIE', 'URIPATH', 'QUERYARGUMENTS'], METADATA),
      ...on('GenericLFI', ['QUERYARGUMENTS', 'URIPATH', 'BODY'], LOCAL_FILES),
      ...on('RestrictedExtensions', ['URIPATH', 'QUERYARGUMENTS'], EXTENSIONS),
      ...on('GenericRFI', ['QUERYARGUMENTS', 'BODY', 'URIPATH'], REMOTE_FILES),
      ...(['COOKIE', 'QUERYARGUMENTS', 'BODY', 'URIPATH'] as const).map(
        (field): Row => [`CrossSiteScripting_${field}`, scripts(FIELDS[field])],
      ),
    ]),
  },
  {
    name: 'AWSManagedRulesKnownBadInputsRuleSet',
    description:
      'Contains rules that block request patterns that are known to be invalid or to explore vulnerabilities.',
    capacity: 200,
    labelNamespace: KNOWN,
    rules: managedRules(KNOWN, [
      ...on('JavaDeserializationRCE', ['HEADER', 'BODY', 'URIPATH', 'QUERYSTRING'], `${COMMAND}|${CLASS_LOADER}`),
      ['Host_localhost_HEADER', matches(header('host'), String.raw`^(localhost|127\.0\.0\.1)(:\d+)?$`)],
      [
        'PROPFIND_METHOD',
        {
          ByteMatchStatement: {
            FieldToMatch: { Method: {} },
            TextTransformations: [{ Priority: 0, Type: 'LOWERCASE' }],
            SearchString: Buffer.from('propfind').toString('base64'),
            PositionalConstraint: 'EXACTLY',
          },
        },
      ],
      ['ExploitablePaths_URIPATH', matches(FIELDS.URIPATH, EXPLOITABLE)],
      ...on('Log4JRCE', ['HEADER', 'QUERYSTRING', 'BODY', 'URIPATH'], JNDI),
      ['ReactJSRCE_BODY', matches(FIELDS.BODY, REACT)],
    ]),
  },
  {
    name: 'AWSManagedRulesSQLiRuleSet',
    description: 'Contains rules that block request patterns associated with exploitation of SQL databases.',
    capacity: 200,
    labelNamespace: SQL,
    rules: managedRules(SQL, [
      ['SQLi_QUERYARGUMENTS', sql(FIELDS.QUERYARGUMENTS, 'LOW')],
      ['SQLiExtendedPatterns_QUERYARGUMENTS', matches(FIELDS.QUERYARGUMENTS, MORE_SQL)],
      ['SQLi_BODY', sql(FIELDS.BODY, 'LOW')],
      ['SQLiExtendedPatterns_BODY', matches(FIELDS.BODY, MORE_SQL)],
      ['SQLiExtendedPatterns_HEADER', matches(FIELDS.HEADER, MORE_SQL)],
      ['SQLiExtendedPatterns_URIPATH', matches(FIELDS.URIPATH, MORE_SQL)],
      ['SQLi_COOKIE', sql(FIELDS.COOKIE, 'LOW')],
      ['SQLi_URIPATH', sql(FIELDS.URIPATH, 'LOW')],
    ]),
  },
  {
    name: 'AWSManagedRulesAmazonIpReputationList',
    description: 'Contains rules that are based on Amazon threat intelligence.',
    capacity: 25,
    labelNamespace: REPUTATION,
    rules: managedRules(REPUTATION, [
      ['AWSManagedIPReputationList', NOBODY],
      ['AWSManagedReconnaissanceList', NOBODY],
      ['AWSManagedIPDDoSList', NOBODY, { Count: {} }],
    ]),
  },
  {
    name: 'AWSManagedRulesAnonymousIpList',
    description: 'Contains rules that block requests from services that allow obfuscation of viewer identity.',
    capacity: 50,
    labelNamespace: ANONYMOUS,
    rules: managedRules(ANONYMOUS, [
      ['AnonymousIPList', NOBODY],
      ['HostingProviderIPList', NOBODY],
    ]),
  },
]
