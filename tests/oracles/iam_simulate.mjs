// Answers allowed or denied for concrete requests, by @cloud-copilot/iam-simulate, one JSON line in, one out.
//
// In:  {"identity": [policy...], "boundary": [policy...]?, "resource": policy?, "requests":
//       [{"principal": ARN, "action", "resource": ARN, "account", "context": {key: string | [string...]}}]}
// Out: {"answers": ["allowed" | "denied" | "error: <why>"]}, in order of the requests.
// A policy the simulator does not accept makes every answer an error.

import { createInterface } from 'node:readline'
import { runSimulation } from '@cloud-copilot/iam-simulate'

function named(policies) {
  return (policies ?? []).map((policy, index) => ({ name: `p${index}`, policy }))
}

function why(errors) {
  const details = Object.entries(errors).filter(([key]) => key.endsWith('Errors'))
  const messages = JSON.stringify(Object.fromEntries(details))
  return `error: ${errors.message}${details.length ? ' ' + messages : ''}`
}

async function answer(policies, request) {
  const { principal, action, resource, account, context } = request
  const simulation = {
    request: { principal, action, resource: { resource, accountId: account }, contextVariables: context ?? {} },
    identityPolicies: named(policies.identity),
    serviceControlPolicies: [],
    resourceControlPolicies: [],
    ...(policies.resource && { resourcePolicy: policies.resource }),
    ...(policies.boundary && { permissionBoundaryPolicies: named(policies.boundary) }),
  }
  try {
    const outcome = await runSimulation(simulation, {})
    if (outcome.resultType === 'error') return why(outcome.errors)
    const ignored = outcome.result?.ignoredContextKeys ?? []
    if (ignored.length) return `error: ignores ${ignored.join(' ')}`
    return outcome.overallResult === 'Allowed' ? 'allowed' : 'denied'
  } catch (error) {
    return `error: ${error.message}`
  }
}

for await (const line of createInterface({ input: process.stdin })) {
  const { requests, ...policies } = JSON.parse(line)
  const answers = []
  for (const request of requests) answers.push(await answer(policies, request))
  process.stdout.write(JSON.stringify({ answers }) + '\n')
}
