// Command meaning prints what Go's YAML and Quantity readers make of each line of standard input.
//
//	go run . scalars < ../scalars.txt > ../scalars.jsonl
//	go run . quantities < ../quantities.txt > ../quantities.jsonl
//	go run . documents < ../documents.txt > ../documents.jsonl
package main

import (
	"bufio"
	"encoding/json"
	"fmt"
	"os"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"
	"sigs.k8s.io/yaml"
	goyaml "sigs.k8s.io/yaml/goyaml.v2"
)

type scalar struct {
	Text     string          `json:"text"`
	Type     string          `json:"type,omitempty"` // the Go type, before any JSON
	JSON     json.RawMessage `json:"json,omitempty"` // the value that Helm and kubectl see
	Error    string          `json:"error,omitempty"`
	Key      *string         `json:"key,omitempty"` // the same text, as a mapping key
	KeyError string          `json:"key_error,omitempty"`
}

type quantity struct {
	Text  string `json:"text"`
	Value string `json:"value,omitempty"` // exact
	Error string `json:"error,omitempty"`
}

type document struct {
	Text  string          `json:"text"`
	JSON  json.RawMessage `json:"json,omitempty"` // the first document, as Helm and kubectl see it
	Error string          `json:"error,omitempty"`
}

func readScalar(text string) any {
	out := scalar{Text: text}
	var document map[string]any
	if err := goyaml.Unmarshal([]byte("v: "+text), &document); err == nil {
		out.Type = strings.Trim(fmt.Sprintf("%T", document["v"]), "<>")
	}
	if value, err := yaml.YAMLToJSON([]byte("v: " + text)); err != nil {
		out.Error = err.Error()
	} else {
		out.JSON = value[len(`{"v":`) : len(value)-1]
	}
	var keys map[string]int
	if err := yaml.Unmarshal([]byte("? "+text+"\n: 0"), &keys); err != nil {
		out.KeyError = err.Error()
	}
	for key := range keys {
		out.Key = &key
	}
	return out
}

func readQuantity(text string) any {
	value, err := resource.ParseQuantity(text)
	if err != nil {
		return quantity{Text: text, Error: err.Error()}
	}
	return quantity{Text: text, Value: value.AsDec().String()}
}

// A document may have several lines, so a line of the input is a JSON string.
func readDocument(line string) any {
	var out document
	if err := json.Unmarshal([]byte(line), &out.Text); err != nil {
		panic(err)
	}
	if value, err := yaml.YAMLToJSON([]byte(out.Text)); err != nil {
		out.Error = err.Error()
	} else {
		out.JSON = value
	}
	return out
}

func main() {
	read := map[string]func(string) any{
		"scalars": readScalar, "quantities": readQuantity, "documents": readDocument,
	}[os.Args[1]]
	out := json.NewEncoder(os.Stdout)
	out.SetEscapeHTML(false)
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := out.Encode(read(lines.Text())); err != nil {
			panic(err)
		}
	}
}
