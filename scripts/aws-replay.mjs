#!/usr/bin/env node
// Does with the AWS SDK for JavaScript what `aws-compat.py` did with boto3, on another new cluster, and compares the answers.
//
//     npm install --prefix DIR @aws-sdk/client-vpc-lattice
//     NODE_PATH=DIR/node_modules scripts/aws-replay.mjs READY_FILE TRANSCRIPT
//
// Ids and page tokens differ from cluster to cluster: what an answer says in their place stands for them from then on.
// An answer must have the members of the one in the transcript, an error its name.

import { execFileSync } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const sdk = createRequire(`${process.env.NODE_PATH}/`)("@aws-sdk/client-vpc-lattice");
const [ready, transcript] = process.argv.slice(2, 4).map((file) => JSON.parse(readFileSync(file, "utf8")));
const root = ready.accounts[0];
const client = new sdk.VPCLatticeClient({
  endpoint: ready.nodes[1].api,
  region: ready.region,
  credentials: { accessKeyId: root.access_key_id, secretAccessKey: root.secret_access_key },
  maxAttempts: 1,
});
/** The id of a security group of a VPC that the command line makes: this SDK cannot. */
function securityGroup(vpc) {
  const trellis = join(dirname(readlinkSync(`/proc/${ready.nodes[0].pid}/exe`)), "trellis");
  const env = {
    TRELLIS_ENDPOINT: ready.nodes[0].api,
    AWS_ACCESS_KEY_ID: root.access_key_id,
    AWS_SECRET_ACCESS_KEY: root.secret_access_key,
    AWS_REGION: ready.region,
  };
  const command = ["security-group", "create", "--vpc", vpc, "--name", "members", "-o", "json"];
  return JSON.parse(execFileSync(trellis, command, { env })).id;
}

// How things of the transcript are called here.
const vpc = ready.vpcs[0].id;
const names = new Map([[transcript.vpc, vpc], [transcript.securityGroup, securityGroup(vpc)]]);

/** A value of the transcript as it is called here. */
function here(value) {
  if (typeof value === "string") {
    return [...names].reduce((text, [there, own]) => text.replaceAll(there, own), value);
  }
  if (Array.isArray(value)) return value.map(here);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, here(item)]));
}

/** Learns how things are called here, and fails where an answer is made otherwise. */
function compare(there, own, path) {
  if (own instanceof Date) return;
  if (typeof there !== typeof own) throw new Error(`${path} is ${JSON.stringify(own)}, not ${JSON.stringify(there)}`);
  if (typeof there === "string") {
    const id = /^[a-z]+-[0-9a-z]{17}$/;
    if ((id.test(there) && id.test(own)) || path.endsWith(".nextToken")) names.set(there, own);
  } else if (there !== null && typeof there === "object") {
    const keys = (of) => Object.keys(of).filter((key) => key !== "$metadata" && of[key] !== undefined).sort();
    if (`${keys(there)}` !== `${keys(own)}`) throw new Error(`${path} has ${keys(own)}, not ${keys(there)}`);
    for (const key of keys(there)) compare(there[key], own[key], `${path}.${key}`);
  }
}

let done = 0;
let unsent = 0;
for (const step of transcript.steps) {
  const input = here(step.input);
  const told = `${step.operation} ${JSON.stringify(input)}`;
  try {
    const answer = await client.send(new sdk[`${step.operation}Command`](input));
    if (step.error) throw new Error(`${told}: ${step.error} expected`);
    compare(step.answer, answer, told);
  } catch (error) {
    // What this client would not even send.
    if (step.error && !error.$metadata?.httpStatusCode) unsent += 1;
    else if (error.name !== step.error) throw error;
  }
  done += 1;
}
console.log(`${done} calls answered as by boto3; ${unsent} were not sent, as the client knew that they were wrong`);
