#!/bin/sh
set -eu
while getopts "ab:" o; do case $o in a) ;; b) x=$OPTARG ;; esac; done
echo "${A:-b}"
