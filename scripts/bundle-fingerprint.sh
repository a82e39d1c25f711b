#!/usr/bin/env bash
# To be read by other scripts: 'fingerprint NAME' prints the fingerprint of NAME.safetensors, by the program $camber.
# shellcheck disable=SC2154
fingerprint() { "$camber" models show "$1.safetensors" --json | sed -n 's/.*"fingerprint" : "\(.*\)".*/\1/p'; }
